import {
  type BatchEntry,
  type BatchEvidence,
  type BatchRules,
  moveBatch,
  type Refusal,
  releaseEntry,
  reserveEntry,
  settleEntry,
  unsettleEntry,
} from '@adit/money';
import { AditError } from '@adit/primitives';
import type { Queries } from '../database/ledger-database.ts';
import type { Actor, PayoutBooks } from './payout-modules.ts';
import type { PayoutStore } from './payout-store.ts';
import { type BatchFactsChange, type StoredBatch, sumOfItems } from './stored-batch.ts';

/** The outcome of evidence for a batch in the database. */
export type MoveOutcome =
  | { readonly kind: 'moved' | 'stayed'; readonly batch: StoredBatch }
  | { readonly kind: 'refused'; readonly batch: StoredBatch; readonly why: Refusal };

/** What a change of a batch needs. */
export interface MoveContext {
  readonly store: PayoutStore;
  readonly books: PayoutBooks;
  readonly rules: BatchRules;
  readonly nowMs: number;
  readonly actor: Actor;
}

/**
 * Tells a batch what happened: the new state, its entries, its pins and its rows of the audit belong to the caller's one
 * transaction.
 * @param facts what else is stored; also where the state stays
 * @throws AditError `ADIT_PAYOUT_CHANGED` if somebody else changed the batch since it was read
 */
export async function tellBatch(
  queries: Queries,
  batch: StoredBatch,
  evidence: BatchEvidence,
  facts: BatchFactsChange,
  context: MoveContext,
): Promise<MoveOutcome> {
  const { store, books, rules, nowMs, actor } = context;
  const step = moveBatch(batch.position, evidence, rules);
  if (step.kind === 'refused') return { kind: 'refused', batch, why: step.why };
  const position = step.kind === 'moves' ? step.batch : batch.position;
  const isNews = step.kind === 'moves' || Object.keys(facts).length > 0;
  if (!isNews) return { kind: 'stayed', batch };
  const after: StoredBatch = { ...batch, ...facts, position };
  const saved = await store.save(queries, batch, after);
  if (step.kind === 'stays') return { kind: 'stayed', batch: saved };
  for (const entry of step.entries) await ENTRIES[entry](queries, after, context);
  const from = batch.position.state;
  const to = position.state;
  const note = {
    timeMs: nowMs,
    actor,
    action: `batch_${evidence.kind}`,
    subject: { kind: 'batch', name: position.id } as const,
    content: { from, to, reason: position.reason, detail: after.detail },
  };
  if (from !== to) await books.moved(queries, { batch: position.id, from, to }, note);
  else await books.audit(queries, note);
  return { kind: 'moved', batch: saved };
}

type Posting = (queries: Queries, batch: StoredBatch, context: MoveContext) => Promise<void>;

/** What each entry of a transition books, and which pins it sets. */
const ENTRIES: Readonly<Record<BatchEntry, Posting>> = {
  reserve: async (queries, batch, { store, books, nowMs }) => {
    await store.pin(queries, batch);
    await books.post(queries, reserveOf(batch), nowMs);
  },
  settle: async (queries, batch, { store, books, nowMs }) => {
    await books.post(queries, settleOf(batch), nowMs);
    await store.unpin(queries, batch);
  },
  unsettle: async (queries, batch, { books, nowMs }) => {
    const { chain, position } = batch;
    await books.post(queries, unsettleEntry({ chain, id: position.id }, settleOf(batch)), nowMs);
  },
  release: async (queries, batch, { store, books, nowMs }) => {
    const { chain, position } = batch;
    await books.post(queries, releaseEntry({ chain, id: position.id }, reserveOf(batch)), nowMs);
    await store.unpin(queries, batch);
  },
};

/** The entry that bound the balances: the same every time, since items never change. */
function reserveOf({ chain, position, items }: StoredBatch) {
  return reserveEntry({ chain, id: position.id }, items);
}

function settleOf(batch: StoredBatch) {
  const { chain, position, feeReal } = batch;
  if (feeReal === null)
    throw new AditError('ADIT_PAYOUT_CHANGED', `batch ${position.id} cannot be settled without its real fee`);
  return settleEntry(
    { chain, id: position.id },
    { gross: sumOfItems(batch, 'gross'), paid: sumOfItems(batch, 'amount'), fee: feeReal },
  );
}
