import { bookedEntry, itemReleaseEntry, type NonPayment } from '@adit/money';
import { AditError } from '@adit/primitives';
import type { Queries } from '../database/ledger-database.ts';
import type { BatchTeller } from './batch-teller.ts';
import { historyFrom, matchIn, proveExpired, txidsOf } from './evidence.ts';
import { type MoveContext, tellBatch } from './move-batch.ts';
import type { Actor, PayoutModules } from './payout-modules.ts';
import type { StoredBatch, StoredTransaction } from './stored-batch.ts';

/** What an operator says that a transaction paid. Amounts are in the smallest unit. */
export interface BookedPayment {
  readonly txid: string;
  /** What each account of the batch got. An account that is left out got nothing. */
  readonly paid: ReadonlyMap<string, bigint>;
  /** What went to others. Change does not count. */
  readonly elsewhere: bigint;
}

/** What a booking does to each item, and to the money beside the plan. */
interface Booking {
  /** Positions of items that were not paid whole: their balances come back. */
  readonly givenBack: readonly number[];
  readonly parts: readonly { readonly account: string; readonly amount: bigint }[];
  readonly elsewhere: bigint;
}

/**
 * Ends a held batch by what a person says about a transaction that pays something else than the plan. Items that it pays are paid. All
 * others are given back, less what it paid of them. What it paid beyond the plan goes to `suspense`.
 * @throws AditError `ADIT_PAYOUT_REFUSED` where nodes, wallet and person do not say the same, or another transaction may still pay
 */
export async function bookPayment(
  batch: StoredBatch,
  said: BookedPayment,
  actor: Actor,
  { teller, modules }: { readonly teller: BatchTeller; readonly modules: PayoutModules },
): Promise<void> {
  const { id } = batch.position;
  const booking = bookingOf(batch, said);
  const transaction: StoredTransaction = batch.transactions.find(({ txid }) => txid === said.txid) ?? {
    txid: said.txid,
    raw: null,
    inputs: [],
    fee: null,
  };
  const place = await modules.witness.place(said.txid);
  if (place.kind !== 'mined') throw refusal(`the nodes do not agree that a block has ${said.txid}`);
  const feeReal = place.fee ?? transaction.fee;
  if (feeReal === null) throw refusal(`nobody says what ${said.txid} cost`);
  const proofs = await compare(batch, said, booking, modules, teller);
  const transactions = [...batch.transactions.filter(({ txid }) => txid !== said.txid), transaction];
  const closedAt = place.height + place.depth - 1;
  await modules.writer.transact(async (queries) => {
    const context = teller.context(actor);
    await giveBack(queries, batch, booking, context);
    const items = batch.items.map((item, i) =>
      booking.givenBack.includes(i) ? { ...item, isReleased: true } : item,
    );
    const givesBack = booking.givenBack.length > 0;
    const outcome = await tellBatch(
      queries,
      batch,
      { kind: 'booked', txid: said.txid, depth: place.depth, givesBack, proofs },
      { items, transactions, feeReal, closedAt, detail: `a person booked what ${said.txid} paid` },
      context,
    );
    if (outcome.kind === 'refused')
      throw refusal(`batch ${id} is ${batch.position.state}: ${outcome.why.replaceAll('_', ' ')}`);
  });
}

/** @throws AditError for an account that is not in the batch, or an amount below zero */
function bookingOf(batch: StoredBatch, { paid, elsewhere }: BookedPayment): Booking {
  const left = new Map(paid);
  const givenBack: number[] = [];
  const parts: { account: string; amount: bigint }[] = [];
  let beyond = elsewhere;
  for (const [position, { account, amount }] of batch.items.entries()) {
    const got = left.get(account) ?? 0n;
    left.delete(account);
    if (got < 0n) throw refusal(`an account cannot get ${got}`);
    if (got >= amount) {
      beyond += got - amount;
      continue;
    }
    givenBack.push(position);
    if (got > 0n) parts.push({ account, amount: got });
  }
  const [stranger] = left.keys();
  if (stranger !== undefined) throw refusal(`${stranger} is not in batch ${batch.position.id}`);
  if (elsewhere < 0n) throw refusal(`others cannot get ${elsewhere}`);
  return { givenBack, parts, elsewhere: beyond };
}

/**
 * Compares what the person says with the wallet, and looks for what else may pay the batch.
 * @returns proofs that the other transactions of the batch are dead
 */
async function compare(
  batch: StoredBatch,
  said: BookedPayment,
  { givenBack }: Booking,
  modules: PayoutModules,
  teller: BatchTeller,
): Promise<readonly NonPayment[]> {
  const { wallet, writer } = modules;
  if (wallet.kind === 'nonce') throw refusal('each payment of this wallet is judged by its nonce');
  const history = wallet.kind === 'sending' ? await wallet.history(historyFrom(batch)) : null;
  if (history !== null) {
    if (!history.isComplete || !history.isIdle) throw refusal('the wallet is at work, or has not read all');
    const listed = history.sends.filter(({ txid }) => txid === said.txid);
    if (!listed.every(({ outputs }) => saysSame(batch, said, outputs)))
      throw refusal(`the wallet shows other payments of ${said.txid}`);
    const match = await writer.read((queries) => matchIn(queries, teller.store, batch, history));
    const other = txidsOf(match).find((txid) => txid !== said.txid && !batch.position.txids.includes(txid));
    if (other !== undefined) throw refusal(`the wallet has ${other} for this batch too`);
  }
  const transactions = batch.transactions.filter(({ txid }) => txid !== said.txid);
  if (givenBack.length === 0 || transactions.length === 0) return [];
  const proof = await proveExpired({ ...batch, transactions }, history, modules, teller.options.margin);
  if (!proof.isProved)
    throw refusal(`something would be given back, and another transaction may still pay it: ${proof.detail}`);
  return proof.proofs;
}

/** Whether a wallet shows just what the person says. Accounts with one receiver count together. */
function saysSame(
  { items }: StoredBatch,
  { paid, elsewhere }: BookedPayment,
  outputs: readonly { readonly receiver: string; readonly amount: bigint }[],
): boolean {
  const left = new Map<string, bigint>();
  for (const { account, payee } of items)
    left.set(payee.receiver, (left.get(payee.receiver) ?? 0n) + (paid.get(account) ?? 0n));
  let others = elsewhere;
  for (const { receiver, amount } of outputs) {
    const planned = left.get(receiver);
    if (planned === undefined) others -= amount;
    else left.set(receiver, planned - amount);
  }
  return others === 0n && [...left.values()].every((rest) => rest === 0n);
}

async function giveBack(
  queries: Queries,
  batch: StoredBatch,
  { givenBack, parts, elsewhere }: Booking,
  { books, nowMs }: MoveContext,
): Promise<void> {
  const name = { chain: batch.chain, id: batch.position.id };
  for (const position of givenBack) {
    const item = batch.items[position];
    if (item !== undefined) await books.post(queries, itemReleaseEntry(name, position, item), nowMs);
  }
  if (parts.length > 0 || elsewhere > 0n)
    await books.post(queries, bookedEntry(name, { parts, elsewhere }), nowMs);
}

function refusal(message: string): AditError {
  return new AditError('ADIT_PAYOUT_REFUSED', `${message}; nothing was changed`);
}
