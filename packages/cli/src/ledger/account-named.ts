import { accountOf, type Queries } from '@adit/ledger';
import type { LedgerChain } from './ledger-chains.ts';

/**
 * The account that a person means. Where accounts are addresses it may be given in any spelling, as miners may give it.
 * A name that the books have stays as it is: it may be older than `accounts = "address"`.
 */
export async function accountNamed(
  queries: Queries,
  { network, chain }: LedgerChain,
  text: string,
): Promise<string> {
  if (!chain.ports.some(({ accounts }) => accounts === 'address')) return text;
  if ((await accountOf(queries, network, text)) !== undefined) return text;
  const { accountReaderOf } = await import('../config/account-addresses.ts');
  const reading = accountReaderOf(network)?.(text);
  return reading === undefined || 'fault' in reading ? text : reading.account;
}
