import type { WalletFunds } from '@adit/money';
import type { Queries } from '../database/ledger-database.ts';
import type { PayoutBooks } from './payout-modules.ts';
import { type StoredBatch, sumOfItems } from './stored-batch.ts';

/** The wallet beside the books (I13). */
export interface Reconciliation {
  /** What the wallet has. */
  readonly wallet: bigint;
  /** What the books say that it has, own unconfirmed transactions already taken off. */
  readonly books: bigint;
  /** What the wallet may have beyond that: rewards that the books take ten blocks longer for. */
  readonly pending: bigint;
  /** What nobody can explain; 0 if all is in order. Below zero the wallet has less. */
  readonly gap: bigint;
}

/**
 * Compares a wallet with its books.
 * @param pendingIncome rewards that the wallet may have already, ordered by height. It has the oldest ones first, so it may have any
 *   number of them from the beginning, and nothing else.
 */
export async function reconcileWallet(
  queries: Queries,
  books: PayoutBooks,
  funds: WalletFunds,
  pendingIncome: readonly bigint[],
  open: StoredBatch | undefined,
): Promise<Reconciliation> {
  let booked = 0n;
  for (const account of ['asset:coinbase', 'asset:hot', 'asset:transit'] as const)
    booked += await books.balance(queries, account);
  let should = booked - funds.unconfirmedSpends;
  // A payment that is in a block and not settled is gone from the wallet, and not from the books.
  if (open !== undefined && funds.unconfirmedSpends === 0n && open.position.minedTxid !== null)
    should -= sumOfItems(open, 'amount') + (open.feeReal ?? open.feePlanned);
  if (open?.position.machine === 'nonce') should -= minedSpends(open);
  const difference = funds.total - should;
  let pending = 0n;
  let sum = 0n;
  for (const reward of pendingIncome) {
    sum += reward;
    if (sum === difference) pending = sum;
  }
  return { wallet: funds.total, books: should, pending, gap: difference - pending };
}

/** What the payments with nonces that are in blocks took out of the account. Their transactions have a fee from then on. */
function minedSpends({ items, transactions }: StoredBatch): bigint {
  let sum = 0n;
  for (const { inputs, fee } of transactions) {
    const item = items.find(({ sender, nonce }) => inputs.includes(`${sender}:${nonce}`));
    if (fee !== null) sum += fee + (item === undefined || item.isReleased ? 0n : item.amount);
  }
  return sum;
}
