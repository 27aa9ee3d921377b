import { AditError } from '@adit/primitives';
import { coinsToUnits } from '../../config/coins.ts';
import type { LedgerChain } from '../../ledger/ledger-chains.ts';
import { print } from '../print.ts';
import { actorOf, reasonOf } from './account.ts';
import { type PayoutOptions, withPayouts } from './payouts.ts';

/** Options of `adit ledger payouts book`. */
export interface BookOptions extends PayoutOptions {
  readonly tx: string;
  /** Each `account=amount`, in whole coins. */
  readonly to: readonly string[];
  readonly elsewhere: string;
}

/** `adit ledger payouts book`: what a transaction paid to whom, where that is not what the batch planned. */
export async function runBook(id: string, options: BookOptions): Promise<void> {
  const { tx, to, elsewhere } = options;
  await withPayouts(options, async ({ chain, commands }) => {
    const actor = { name: actorOf(options), reason: reasonOf(options) };
    const said = { txid: tx, paid: paidTo(to, chain), elsewhere: coinsToUnits(elsewhere, chain.coin) };
    await commands.book(id, said, actor);
    print(options, { batch: id, txid: tx }, () => `${id}: booked; what ${tx} did not pay is owed again`);
  });
}

/** @throws AditError `ADIT_BAD_OPTION` for an account that comes twice, or without an amount */
function paidTo(to: readonly string[], { coin }: LedgerChain): ReadonlyMap<string, bigint> {
  const paid = new Map<string, bigint>();
  for (const one of to) {
    const at = one.lastIndexOf('=');
    const account = one.slice(0, Math.max(0, at));
    if (account === '' || paid.has(account))
      throw new AditError(
        'ADIT_BAD_OPTION',
        `expected --to <account>=<amount>, each account once, not ${one}`,
      );
    paid.set(account, coinsToUnits(one.slice(at + 1), coin));
  }
  return paid;
}
