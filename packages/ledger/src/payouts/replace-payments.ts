import { type NonceOrder, type NonceWallet, nonceMark } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { BatchTeller } from './batch-teller.ts';
import { tellBatch } from './move-batch.ts';
import { type NumberedItem, numberedItems, sightsOf } from './numbered-payments.ts';
import type { Actor, PayoutModules } from './payout-modules.ts';
import type { StoredBatch, StoredTransaction } from './stored-batch.ts';

/** What takes the place of a payment: the same one at a higher price, or nothing, to the account itself. */
export type Replacement = 'speed_up' | 'cancel';

/** Replacements of one payment. Each costs a tenth more, and more than these would help nobody. */
const MOST_REPLACEMENTS = 16;

/**
 * Signs replacements for the payments of a batch whose nonces are free, and keeps their bytes. A cancelled payment is given back only when
 * its cancellation is final: until then either transaction may be mined.
 * @returns how many payments get one
 * @throws AditError `ADIT_PAYOUT_REFUSED` where nothing can be replaced
 */
export async function replacePayments(
  batch: StoredBatch,
  how: Replacement,
  teller: BatchTeller,
  modules: PayoutModules<NonceWallet>,
  actor: Actor,
): Promise<number> {
  const { wallet } = modules;
  const { id, state } = batch.position;
  if (state !== 'sent' && state !== 'confirming')
    throw refusal(`batch ${id} is ${state}: it has no payment that waits`);
  const items = numberedItems(batch, wallet).filter(({ item }) => !item.isReleased);
  const sights = await sightsOf(batch, items, modules);
  const waiting = items.filter((one, i) => sights[i]?.kind === 'not_used' && canReplace(one, how, wallet));
  if (waiting.length === 0)
    throw refusal(`batch ${id} has no payment that no block has and that can be replaced`);
  const price = await wallet.price();
  const made: StoredTransaction[] = [];
  let fee = 0n;
  for (const one of waiting) {
    const order = orderOf(one, how, price, wallet);
    fee += order.price * wallet.unitsPerPayment;
    const { raw, txid } = await wallet.sign(order);
    made.push({ txid, raw, inputs: [nonceMark(one.payment)], fee: null });
  }
  if (fee > batch.mostFee) throw refusal(`a fee of ${fee} is above ${batch.mostFee}`);
  await modules.writer.transact(async (queries) => {
    let now = batch;
    for (const transaction of made) {
      const outcome = await tellBatch(
        queries,
        now,
        { kind: 'replaced', txid: transaction.txid },
        { transactions: [...now.transactions, transaction] },
        teller.context(actor),
      );
      now = outcome.batch;
    }
  });
  return made.length;
}

function canReplace({ transactions }: NumberedItem, how: Replacement, wallet: NonceWallet): boolean {
  const raw = transactions.at(-1)?.raw ?? null;
  if (raw === null || transactions.length > MOST_REPLACEMENTS) return false;
  // What was cancelled stays cancelled: a payment behind it could be mined when its balance is back.
  return how === 'cancel' || !wallet.read(raw).isCancellation;
}

/** @param price that nodes take now */
function orderOf(
  { item: { payee, amount }, payment: { nonce }, transactions }: NumberedItem,
  how: Replacement,
  price: bigint,
  wallet: NonceWallet,
): NonceOrder {
  const raw = transactions.at(-1)?.raw ?? null;
  const least = raw === null ? price : wallet.replacementPrice(wallet.read(raw).price);
  const order = { nonce, price: least > price ? least : price };
  return how === 'cancel' ? { ...order, payee: null, amount: 0n } : { ...order, payee, amount };
}

function refusal(message: string): AditError {
  return new AditError('ADIT_PAYOUT_REFUSED', `${message}; nothing was changed`);
}
