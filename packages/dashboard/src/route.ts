/** What a page shows. Names of accounts stand in the query: a path would lose `..`, slashes and file endings. */
export type View =
  | { readonly page: 'home' | 'connect' | 'blocks' | 'payouts'; readonly chain: string | undefined }
  | { readonly page: 'miner'; readonly chain: string; readonly account: string }
  | { readonly page: 'help' | 'missing'; readonly chain?: undefined };

/** The view at an address of this site. @param path begins with a slash @param search with or without its question mark */
export function viewOf(path: string, search: string): View {
  const parts = path.split('/').filter((part) => part !== '');
  const [first, second, third, ...more] = parts;
  if (first === undefined) return { page: 'home', chain: undefined };
  if (first === 'help' && second === undefined) return { page: 'help' };
  if (first !== 'c' || second === undefined || more.length > 0) return { page: 'missing' };
  const chain = decoded(second);
  if (chain === undefined) return { page: 'missing' };
  if (third === undefined) return { page: 'home', chain };
  if (third === 'connect' || third === 'blocks' || third === 'payouts') return { page: third, chain };
  const account = new URLSearchParams(search).get('account') ?? '';
  return third === 'miner' && account !== '' ? { page: 'miner', chain, account } : { page: 'missing' };
}

/** The address of a view: {@link viewOf} reads it back. */
export function addressOf(view: View): string {
  if (view.page === 'help' || view.page === 'missing') return '/help';
  if (view.chain === undefined) return '/';
  const base = `/c/${encodeURIComponent(view.chain)}`;
  if (view.page === 'home') return base;
  return view.page === 'miner'
    ? `${base}/miner?${new URLSearchParams({ account: view.account })}`
    : `${base}/${view.page}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
