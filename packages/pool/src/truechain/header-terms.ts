/** A header, and when the pool first saw it. */
interface Step {
  readonly number: number;
  readonly since: number;
}

/**
 * A header contains the second in which its node made it, and the fruits and fast blocks that all miners have found by
 * then. A miner may foresee the next header some seconds ahead (it holds back a fruit, or no other miner finds one),
 * and half a minute ahead only where nobody else mines.
 */
const FORESEEN_MS = 30_000;
/**
 * Steps are kept for this long. A header that may have been made more than `KEPT_MS` - `FORESEEN_MS` before the pool
 * saw it gets the oldest terms that are known.
 */
const KEPT_MS = 150_000;
/** Most steps. When headers come so fast that there are more, some steps are dropped: older terms are always safe. */
const MAX_STEPS = 64;

/**
 * The terms of headers, where each connection has its own target: the number of the newest header that the pool had
 * half a minute before. A miner may have hashed a header in the half minute before the pool saw it. A target that the
 * miner asked for within that time does not hold for the header. See `Grants`.
 */
export class HeaderTerms {
  /** Numbers and times both ascend. */
  #steps: Step[] = [];

  /** The oldest terms that a header to come may have; 0 before the first header. */
  get oldest(): number {
    return this.#steps[0]?.number ?? 0;
  }

  /**
   * To be called once for each new header.
   * @param now milliseconds that only grow
   * @param unseenMs the greatest age that the header can have: a late poll leaves miners more time to foresee it
   * @returns the terms of the header
   */
  of(number: number, now: number, unseenMs = 0): number {
    // A target that was asked for before the first header waits like all others.
    if (this.#steps.length === 0) this.#steps.push({ number: number - 1, since: now });
    this.#steps.push({ number, since: now });
    const old = this.#steps.findLastIndex(({ since }) => now - since >= KEPT_MS);
    this.#steps.splice(0, Math.max(0, old));
    // Headers come fast: every other step is dropped, so that some headers get slightly older terms.
    if (this.#steps.length > MAX_STEPS)
      this.#steps = this.#steps.filter((_, i, all) => i === 0 || i === all.length - 1 || i % 2 === 1);
    const terms = this.#steps.findLast(({ since }) => now - since >= FORESEEN_MS + unseenMs);
    return (terms ?? this.#steps[0])?.number ?? number;
  }
}
