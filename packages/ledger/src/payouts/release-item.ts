import { itemReleaseEntry, type NonceMeaning, type NonPayment, nonceMark } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { Queries } from '../database/ledger-database.ts';
import type { MoveContext } from './move-batch.ts';
import type { StoredBatch } from './stored-batch.ts';

/** An item whose payment is proved unpaid. */
export interface UnpaidItem {
  readonly position: number;
  readonly proof: NonPayment;
  readonly meaning: Exclude<NonceMeaning, 'paid'>;
}

/** What an account is set aside for when its address refused a payment. */
const REFUSED = 'its address refused a payment: it is a contract that takes none';

/**
 * Gives the balance of one item back. The item, its entry, its pin and its row of the audit belong to the caller's one transaction. A
 * payee that refused the money is set aside, since the next payment to it would fail too.
 * @throws AditError `ADIT_PAYOUT_REFUSED` for a proof of something else; `ADIT_PAYOUT_CHANGED` if somebody else changed the batch
 */
export async function releaseItem(
  queries: Queries,
  batch: StoredBatch,
  { position, proof, meaning }: UnpaidItem,
  { store, books, nowMs, actor }: MoveContext,
): Promise<StoredBatch> {
  const item = batch.items[position];
  const { id } = batch.position;
  if (item === undefined || item.isReleased || item.sender === null || item.nonce === null)
    throw new AditError('ADIT_PAYOUT_REFUSED', `item ${position} of batch ${id} cannot be given back`);
  if (
    proof.method !== 'nonce' ||
    proof.batch !== id ||
    proof.txid !== nonceMark({ from: item.sender, nonce: item.nonce })
  )
    throw new AditError('ADIT_PAYOUT_REFUSED', `the proof is not about item ${position} of batch ${id}`);
  const items = batch.items.with(position, { ...item, isReleased: true });
  const saved = await store.save(queries, batch, { ...batch, items });
  await books.post(queries, itemReleaseEntry({ chain: batch.chain, id }, position, item), nowMs);
  if (!items.some((one) => one.account === item.account && !one.isReleased))
    await store.unpinAccount(queries, batch, item.account);
  if (meaning === 'failed') await books.park(queries, item.account, { timeMs: nowMs, actor, why: REFUSED });
  await books.audit(queries, {
    timeMs: nowMs,
    actor,
    action: 'item_released',
    subject: { kind: 'batch', name: id },
    content: { account: item.account, nonce: String(item.nonce), gross: String(item.gross), meaning },
  });
  return saved;
}
