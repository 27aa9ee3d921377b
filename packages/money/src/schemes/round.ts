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

/** Where a round takes its shares from. */
export interface RoundSource {
  /** Number of the share that found the block. */
  readonly blockNumber: bigint;
  /**
   * The shares from that of the block (inclusive) back to the first one, newest first. A round stops reading when it has
   * enough, so this is best a generator over the store.
   */
  readonly shares: Iterable<RoundShare>;
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
  #oldest: Round['oldest'] = null;

  add(holder: string, number: bigint, counted: bigint): void {
    if (counted === 0n) return;
    this.#scores.set(holder, (this.#scores.get(holder) ?? 0n) + counted);
    this.#oldest = { number, counted };
  }

  finish(newest: bigint, isFull: boolean): Round {
    const total = sumOf(this.#scores.values());
    return { scores: this.#scores, total, oldest: this.#oldest, newest, isFull };
  }
}

/**
 * The shares of a source that may count, newest first.
 * @throws AditError `ADIT_SHARES_OUT_OF_ORDER` where a number is not below the one before it: a share would count twice, or a
 *   share behind the block would count
 */
export function* countableShares({ blockNumber, shares, countsFrom }: RoundSource): Generator<RoundShare> {
  let before = blockNumber + 1n;
  for (const share of shares) {
    if (share.number >= before) {
      throw new AditError(
        'ADIT_SHARES_OUT_OF_ORDER',
        `share ${share.number} comes after share ${before}: a round reads its shares newest first, from that of its block`,
      );
    }
    if (share.number < countsFrom) return;
    before = share.number;
    yield share;
  }
}
