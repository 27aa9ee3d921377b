import type { BatchState, HoldReason } from '@adit/money';
import { receiversOf, type StoredBatch } from './stored-batch.ts';

/** What a payment list asks for. */
export interface ListContent {
  readonly tag: string;
  /** Receiver and amount of each output, in order. */
  readonly outputs: readonly { readonly receiver: string; readonly amount: string }[];
}

/** The payment lists that were ever written, for a wallet that a person pays by hand. They are its history: the books may be older. */
export interface PaymentLists {
  /** Batches of which a list, a table or a mark lies in the folder. @throws errors of the file system, as all calls here */
  written(): Promise<readonly string[]>;
  /** What the list of a batch says; undefined if there is none. A list that cannot be read says nothing that a batch says. */
  content(batch: string): Promise<ListContent | undefined>;
  /** Whether a person said that nobody paid the list, and nobody will. */
  isWithdrawn(batch: string): Promise<boolean>;
}

/** Something about the folder that only a person can judge. */
export interface ListFault {
  readonly reason: Extract<HoldReason, 'paper_list_lost' | 'paper_unknown_list'>;
  readonly detail: string;
}

const UNREADABLE: ListContent = { tag: '', outputs: [] };
/** States in which nothing was asked of a person yet: a list of such a batch was written by newer books. */
const NOT_ASKED: ReadonlySet<BatchState> = new Set(['planned', 'reserved', 'discarded']);
/** States in which only the list says what a person was asked, and may have done. */
const ASKED: ReadonlySet<BatchState> = new Set(['running', 'uncertain']);

/** Reads a list from a file. Whatever is wrong with it, the result differs from every batch. */
export function readList(text: string): ListContent {
  try {
    const { tag, outputs } = JSON.parse(text) as ListContent;
    return {
      tag: String(tag),
      outputs: outputs.map(({ receiver, amount }) => ({
        receiver: String(receiver),
        amount: String(amount),
      })),
    };
  } catch {
    return UNREADABLE;
  }
}

/**
 * Looks for lists that the books did not write. A list that a person took back is none: nobody pays it.
 * @param written what lies in the folder
 * @param states of all batches of the books, by their ids
 */
export async function unknownList(
  lists: PaymentLists,
  written: readonly string[],
  states: ReadonlyMap<string, BatchState>,
): Promise<ListFault | undefined> {
  for (const name of written) {
    const state = states.get(name);
    const isAsked = state !== undefined && !NOT_ASKED.has(state);
    if (isAsked || (await lists.isWithdrawn(name))) continue;
    return { reason: 'paper_unknown_list', detail: `the books never wrote the payment list ${name}` };
  }
  return undefined;
}

/** Compares the list of an open batch with the batch. A list that is missing proves nothing. */
export async function lostList(lists: PaymentLists, batch: StoredBatch): Promise<ListFault | undefined> {
  const { id, state } = batch.position;
  if (!ASKED.has(state)) return undefined;
  if (await lists.isWithdrawn(id)) return undefined;
  const content = await lists.content(id);
  if (content === undefined)
    return { reason: 'paper_list_lost', detail: `the payment list ${id} is gone; it may have been paid` };
  return isOf(batch, content)
    ? undefined
    : { reason: 'paper_list_lost', detail: `the payment list ${id} is not what the ledger wrote` };
}

function isOf(batch: StoredBatch, { tag, outputs }: ListContent): boolean {
  const line = (receiver: string, amount: string) => `${receiver} ${amount}`;
  const wanted = receiversOf(batch)
    .map(({ receiver, amount }) => line(receiver, String(amount)))
    .sort();
  const found = outputs.map(({ receiver, amount }) => line(receiver, amount)).sort();
  return tag === batch.tag && wanted.length === found.length && wanted.every((one, i) => one === found[i]);
}
