import { AditError } from '@adit/primitives';
import { sumOf } from '../exact/amount.ts';
import type { SchemeKind } from './scheme-options.ts';

/**
 * Holds the score of shares that were paid at once (PPS, FPPS) in the rounds of all others. Its part of a block goes to the
 * reserve that paid for them. An account has at least one character, so none can have this name.
 */
export const RESERVE_HOLDER = '';

/** A share as rounds see it. */
export interface RoundShare {
  /** The share's number of the ledger: ascending in the one order of all shares, given once and never changed. */
  readonly number: bigint;
  readonly account: string;
  /** From `scoreOf`. */
  readonly score: bigint;
  /** The scheme under which the share was accepted: what it earns was settled then, before its block was known. */
  readonly scheme: SchemeKind;
}

/** Who is owed for a share, and by which rule: what decides who holds its score in a round. */
export type ShareClaim = Pick<RoundShare, 'account' | 'scheme'>;

/**
 * Shares with consecutive numbers, of which a store keeps the sums. A round over many shares takes whole slices by their sums, and
 * opens only those at its two ends.
 */
export interface ShareSlice {
  /** Number of its oldest share. */
  readonly first: bigint;
  /** Number of its newest share. A slice may hold shares behind the block: they are left out. */
  readonly last: bigint;
  /** The score of each claim in the slice. They sum to the scores of its shares. It may be read several times. */
  readonly sums: Iterable<ShareClaim & { readonly score: bigint }>;
  /** Opens the slice. @returns its shares, newest first */
  shares(): Iterable<RoundShare>;
}

/** What a source yields: single shares, or slices of them. */
export type RoundItem = RoundShare | ShareSlice;

/** Where a round takes its shares from. */
export interface RoundSource {
  /** Number of the share that found the block. */
  readonly blockNumber: bigint;
  /**
   * The shares from that of the block (inclusive) back to the first one, newest first, one by one or in slices. A round stops
   * reading when it has enough, so this is best a generator over the store.
   */
  readonly shares: Iterable<RoundItem>;
  /** First number that may count, from `schemeAt`: shares before it were paid by another rule. */
  readonly countsFrom: bigint;
  /** Number of the share that found the block before this one; blocks of SOLO do not count. Null for the first block. */
  readonly blockBefore: bigint | null;
}

/** Who takes part in a block, and where its round ends. Together with the shares it says all that a miner needs to check it. */
export interface Round {
  /** By holder: an account, or {@link RESERVE_HOLDER}. Empty if no share counts. */
  readonly scores: ReadonlyMap<string, bigint>;
  /** Sum of the scores. */
  readonly total: bigint;
  /** The oldest share that counts, with the part of its score that does; null if none counts. */
  readonly oldest: { readonly number: bigint; readonly counted: bigint } | null;
  /** Number of the block's share, the newest one that can count. */
  readonly newest: bigint;
  /** False if the shares ended before the window was full. The whole reward is shared out all the same. */
  readonly isFull: boolean;
}

/** The scores of a round while it is read. */
export class RoundTally {
  readonly #scores = new Map<string, bigint>();
  /** Finds the oldest share that counts. It opens a slice, so only the last answer is asked for. */
  #oldest: () => Round['oldest'] = () => null;

  add(holder: string, number: bigint, counted: bigint): void {
    if (counted === 0n) return;
    this.#count(holder, counted);
    this.#oldest = () => ({ number, counted });
  }

  /** Adds all shares of a slice in whole. @returns what counted of it */
  addSlice(slice: ShareSlice, holderOf: (claim: ShareClaim) => string | undefined): bigint {
    let counted = 0n;
    for (const sum of slice.sums) {
      const holder = holderOf(sum);
      if (holder === undefined || sum.score === 0n) continue;
      this.#count(holder, sum.score);
      counted += sum.score;
    }
    if (counted > 0n) this.#oldest = () => oldestIn(slice, holderOf);
    return counted;
  }

  finish(newest: bigint, isFull: boolean): Round {
    const total = sumOf(this.#scores.values());
    return { scores: this.#scores, total, oldest: this.#oldest(), newest, isFull };
  }

  #count(holder: string, counted: bigint): void {
    this.#scores.set(holder, (this.#scores.get(holder) ?? 0n) + counted);
  }
}

/** The shares of a source that may count, newest first. Every slice is opened. @throws as {@link countableItems} */
export function* countableShares(source: RoundSource): Generator<RoundShare> {
  for (const item of countableItems(source, () => false)) if (!isSlice(item)) yield item;
}

/**
 * The shares of a source that may count, newest first, in whole slices where the round takes them so.
 * @param fits whether the round takes this slice by its sums. Only slices of which all shares may count are asked about.
 * @throws AditError `ADIT_SHARES_OUT_OF_ORDER` where a number is not below the one before it: a share would count twice, or a
 *   share behind the block would count; and where a slice opens to shares that it does not hold
 */
export function* countableItems(
  { blockNumber, shares, countsFrom }: RoundSource,
  fits: (slice: ShareSlice) => boolean,
): Generator<RoundItem> {
  let before = blockNumber + 1n;
  for (const item of shares) {
    if (!isSlice(item)) {
      if (item.number >= before) throw outOfOrder(item.number, before);
      if (item.number < countsFrom) return;
      before = item.number;
      yield item;
      continue;
    }
    const { first, last } = item;
    // Only the newest slice may reach behind the block.
    if (first > last || first >= before || (last >= before && before <= blockNumber))
      throw outOfOrder(last, before);
    if (last < countsFrom) return;
    if (last < before && first >= countsFrom && fits(item)) {
      before = first;
      yield item;
      continue;
    }
    let above = last + 1n;
    for (const share of item.shares()) {
      if (share.number >= above || share.number < first) throw outOfOrder(share.number, above);
      above = share.number;
      if (share.number > blockNumber) continue;
      if (share.number < countsFrom) return;
      yield share;
    }
    before = first;
  }
}

/** Whether an item of a source is a slice. */
export function isSlice(item: RoundItem): item is ShareSlice {
  return 'sums' in item;
}

function oldestIn(slice: ShareSlice, holderOf: (claim: ShareClaim) => string | undefined): Round['oldest'] {
  let oldest: Round['oldest'] = null;
  for (const share of slice.shares())
    if (share.score > 0n && holderOf(share) !== undefined)
      oldest = { number: share.number, counted: share.score };
  return oldest;
}

function outOfOrder(number: bigint, before: bigint): AditError {
  return new AditError(
    'ADIT_SHARES_OUT_OF_ORDER',
    `share ${number} comes after share ${before}: a round reads its shares newest first, from that of its block`,
  );
}
