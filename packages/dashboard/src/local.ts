/** Names of what the browser keeps for this site. Nothing of it is ever sent. */
const PREFIX = 'adit.';
/** Accounts that the page remembers for its reader. */
const MOST_REMEMBERED = 10;
const SEPARATOR = '\n';

/** What the browser keeps; undefined where there is nothing, or storage is switched off. */
export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(PREFIX + name) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps a text, or forgets it. */
export function keep(name: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is switched off or full: the choice holds for this page.
  }
}

/** Accounts of a chain that were looked at in this browser, the newest first. */
export function rememberedAccounts(chain: string): readonly string[] {
  return (kept(`accounts.${chain}`) ?? '').split(SEPARATOR).filter((account) => account !== '');
}

/** Puts an account first. */
export function rememberAccount(chain: string, account: string): void {
  const others = rememberedAccounts(chain).filter((one) => one !== account);
  if (account.includes(SEPARATOR)) return;
  keep(`accounts.${chain}`, [account, ...others].slice(0, MOST_REMEMBERED).join(SEPARATOR));
}

export function forgetAccounts(chain: string): void {
  keep(`accounts.${chain}`, undefined);
}
