import { checkAccountId } from '@adit/money';
import { numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { appendAudit } from './audit.ts';

/** An account of the pool: who mines under a name or an address. */
export interface Account {
  readonly name: string;
  /** When it was seen first. */
  readonly sinceMs: number;
  /** Why it is set aside: it earns, and is not paid. Null if it is not. */
  readonly parked: string | null;
}

/** A change of an account, and who makes it. */
export interface AccountChange {
  readonly chain: string;
  readonly account: string;
  readonly timeMs: number;
  /** The process, or the operator's name. */
  readonly actor: string;
  /** Why, in the words of the operator or of the rule. */
  readonly reason: string;
}

/** @returns undefined for an account that the ledger has not seen */
export async function accountOf(queries: Queries, chain: string, name: string): Promise<Account | undefined> {
  const [row] = await queries.all('SELECT since_ms, parked FROM account WHERE chain = ? AND name = ?', [
    chain,
    name,
  ]);
  return row === undefined
    ? undefined
    : { name, sinceMs: numberOf(row, 'since_ms'), parked: orNull(row, 'parked', textOf) };
}

/**
 * Notes that an account exists. Posting does it by itself.
 * @throws AditError `ADIT_BAD_ACCOUNT`
 */
export async function openPoolAccount(
  queries: Queries,
  { chain, account, timeMs }: Pick<AccountChange, 'chain' | 'account' | 'timeMs'>,
): Promise<void> {
  checkAccountId(account);
  await queries.run(
    'INSERT INTO account (chain, name, since_ms) VALUES (?, ?, ?) ON CONFLICT (chain, name) DO NOTHING',
    [chain, account, timeMs],
  );
}

/**
 * Sets an account aside: it goes on earning, and is not paid until it is released.
 * @returns false if it was parked for this reason already: then nothing is written
 * @throws AditError `ADIT_BAD_ACCOUNT`
 */
export function parkAccount(queries: Queries, change: AccountChange): Promise<boolean> {
  return setParked(queries, change, change.reason);
}

/**
 * Pays an account again that was set aside.
 * @returns false if it was not parked: then nothing is written
 * @throws AditError `ADIT_BAD_ACCOUNT`
 */
export function unparkAccount(queries: Queries, change: AccountChange): Promise<boolean> {
  return setParked(queries, change, null);
}

async function setParked(queries: Queries, change: AccountChange, parked: string | null): Promise<boolean> {
  const { chain, account, timeMs, actor, reason } = change;
  await openPoolAccount(queries, change);
  const before = (await accountOf(queries, chain, account))?.parked ?? null;
  if (before === parked) return false;
  await queries.run('UPDATE account SET parked = ? WHERE chain = ? AND name = ?', [parked, chain, account]);
  await appendAudit(queries, {
    timeMs,
    actor,
    action: parked === null ? 'unpark' : 'park',
    subject: subjectOf(chain, account),
    content: { chain, account, reason },
  });
  return true;
}

/** What the audit calls an account. */
export function subjectOf(chain: string, account: string): string {
  return `account:${chain}:${account}`;
}
