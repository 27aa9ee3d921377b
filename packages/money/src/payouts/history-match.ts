/** What a batch pays, as the wallet was asked to. */
export interface ExpectedPayment {
  /** The mark that only this batch has: a memo, or an own address that is used once. */
  readonly tag: string;
  readonly outputs: readonly MatchOutput[];
}

/** An output by its receiver. Wallets list other spellings of an address than they were given, and in another order. */
export interface MatchOutput {
  /** Kind and raw receiver, or another key that two spellings of one receiver share. */
  readonly receiver: string;
  readonly amount: bigint;
}

/** A transaction that a wallet lists as sent, in whichever state it is: mined, waiting or expired. */
export interface ListedSend {
  readonly txid: string;
  /** Marks that it carries. */
  readonly tags: readonly string[];
  /** Outputs to others: without change and without the tag output. */
  readonly outputs: readonly MatchOutput[];
}

/**
 * What a transaction pays of a plan. `whole`: every output of the plan to the unit, and nothing else but change. `part`: anything else,
 * also more than the plan. `unknown`: nobody can say.
 */
export type PaymentExtent = 'whole' | 'part' | 'unknown';

/** What the history says about a batch. */
export type HistoryMatch =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly txid: string }
  /** More than one transaction has its tag or pays just the same. */
  | { readonly kind: 'several'; readonly txids: readonly string[] }
  /** A transaction has its tag, and does not pay just what it should. */
  | { readonly kind: 'partial'; readonly txids: readonly string[] };

/**
 * Looks for the transaction of a batch in a wallet's history. Tag and payments must both be right; a transaction with one of them
 * only is for a person to look at.
 *
 * Transactions that carry a tag of another batch and not this one are left out: two batches may pay the same amounts to the same
 * receivers.
 *
 * @param sends the whole history since before the batch
 * @param otherTags tags of other batches
 */
export function matchHistory(
  { tag, outputs }: ExpectedPayment,
  sends: readonly ListedSend[],
  otherTags: ReadonlySet<string>,
): HistoryMatch {
  const tagged = sends.filter(({ tags }) => tags.includes(tag));
  const alike = sends.filter(
    (send) =>
      !send.tags.includes(tag) &&
      !send.tags.some((other) => otherTags.has(other)) &&
      paySame(send.outputs, outputs),
  );
  const found = [...new Set([...tagged, ...alike].map(({ txid }) => txid))];
  const [first] = found;
  if (first === undefined) return { kind: 'none' };
  if (found.length > 1) return { kind: 'several', txids: found };
  const isWhole = tagged.some((send) => paySame(send.outputs, outputs));
  return isWhole ? { kind: 'one', txid: first } : { kind: 'partial', txids: found };
}

/** What a transaction pays of a plan, by a history that shows all that the wallet ever sent since. */
export function extentOf(
  txid: string,
  outputs: readonly MatchOutput[],
  sends: readonly ListedSend[],
): PaymentExtent {
  const listed = sends.filter((send) => send.txid === txid);
  if (listed.length === 0) return 'unknown';
  return listed.every((send) => paySame(send.outputs, outputs)) ? 'whole' : 'part';
}

/** Whether both have the same outputs, each as often, in any order. */
export function paySame(a: readonly MatchOutput[], b: readonly MatchOutput[]): boolean {
  const keys = [a, b].map((outputs) => outputs.map(({ receiver, amount }) => `${amount} ${receiver}`).sort());
  const [first = [], second = []] = keys;
  return first.length === second.length && first.every((key, i) => key === second[i]);
}
