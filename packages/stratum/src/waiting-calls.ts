import type { MessageLimits } from './message-limits.ts';

/**
 * Longest time for which a connection is not read because its submissions wait. A verdict takes milliseconds, and on a
 * slow disk a second. Where it takes longer than this, something hangs, and it may hang for hours: the next line in the
 * socket may be a block, which needs none of the verdicts before it.
 */
const LONGEST_HOLD_MS = 5_000;

/**
 * The submissions of one connection that wait for a verdict, and the rule for reading on: with `pendingSubmissions` of
 * them nothing more is read, until half of them are left or `LONGEST_HOLD_MS` have passed.
 *
 * After such a whole hold something hangs. Then there is no further hold until a share is accepted, or one that waited
 * through the hold has its verdict: else a block behind many submissions would wait five seconds for each
 * `pendingSubmissions` of them. `MAX_WAITING_REPLIES` bounds them all.
 */
export class WaitingCalls<Call> {
  readonly #calls = new Map<number, Call>();
  #heldSince: number | undefined;
  /** A whole hold has passed, and no verdict has shown since that the pool keeps shares again. */
  #hangs = false;
  /** Submissions with a smaller token have waited through a whole hold. Tokens ascend. */
  #held = 0;
  /** Those with a smaller token do not count for holds: they waited through one, or came while something hung. */
  #counted = 0;
  /** How many of these still wait. */
  #overdue = 0;
  #nextToken = 0;

  get size(): number {
    return this.#calls.size;
  }

  /** @returns whether nothing more is to be read from now on; false where that was so before */
  add(token: number, call: Call, { pendingSubmissions }: MessageLimits, now: number): boolean {
    this.#calls.set(token, call);
    this.#nextToken = token + 1;
    if (this.#hangs) this.#countAll();
    if (this.#heldSince !== undefined || this.size - this.#overdue < pendingSubmissions) return false;
    this.#heldSince = now;
    return true;
  }

  /**
   * @param accepted whether the verdict is that the share was accepted
   * @returns the submission that waited, and only once
   */
  take(token: number, accepted: boolean): Call | undefined {
    const call = this.#calls.get(token);
    if (!this.#calls.delete(token)) return undefined;
    if (token < this.#counted) this.#overdue -= 1;
    // A refusal of a later one says nothing: the pool finds out about most faults of a share without its disk.
    if (accepted || token < this.#held) this.#hangs = false;
    return call;
  }

  /** @returns whether reading goes on from now on, because enough submissions have their verdict, or the hold is over */
  goesOn({ pendingSubmissions }: MessageLimits, now: number): boolean {
    if (this.#heldSince === undefined) return false;
    if (now - this.#heldSince >= LONGEST_HOLD_MS) {
      this.#hangs = true;
      this.#held = this.#nextToken;
      this.#countAll();
    } else if (this.size - this.#overdue > pendingSubmissions / 2) return false;
    this.#heldSince = undefined;
    return true;
  }

  /** All that wait now leave room for as many others. */
  #countAll(): void {
    this.#counted = this.#nextToken;
    this.#overdue = this.size;
  }
}
