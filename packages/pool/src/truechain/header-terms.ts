/** A header that was there, and since when. */
interface Step {
  readonly number: number;
  readonly since: number;
}

/**
 * A header says the second in which its node made it, and what fruits and fast blocks everybody has found by then. A miner may
 * foresee the next one for some seconds (he holds back a fruit, or nobody else finds any), and for half a minute only where
 * nobody else mines.
 */
const FORESEEN_MS = 30_000;
/** A header that was made longer ago than this less `FORESEEN_MS` before it was seen has the oldest terms that are known. */
const KEPT_MS = 150_000;
/** At a header a second, or a step in `FORESEEN_MS` that somebody still needs. */
const MAX_STEPS = 64;

/**
 * The terms of headers, where each connection has a target of its own: the newest header that was there half a minute before.
 * What was asked for later than that header was not there to be chosen by what somebody had hashed already. See `Grants`.
 */
export class HeaderTerms {
  /** Ascending in both. */
  #steps: Step[] = [];

  /** The oldest terms that a header to come may have; before the first header it is not known which. */
  get oldest(): number {
    return this.#steps[0]?.number ?? 0;
  }

  /**
   * To be called once for each header that is new.
   * @param now milliseconds that only grow
   * @param unseenMs so long ago at most the node made it: a poll that came late leaves more time to foresee
   * @returns its terms
   */
  of(number: number, now: number, unseenMs = 0): number {
    // What was asked for before the first header waits like all the rest.
    if (this.#steps.length === 0) this.#steps.push({ number: number - 1, since: now });
    this.#steps.push({ number, since: now });
    const old = this.#steps.findLastIndex(({ since }) => now - since >= KEPT_MS);
    this.#steps.splice(0, Math.max(0, old));
    // Of headers that come in a rush one stands for those around it: their terms are a little older.
    if (this.#steps.length > MAX_STEPS)
      this.#steps = this.#steps.filter((_, i, all) => i === 0 || i === all.length - 1 || i % 2 === 1);
    const terms = this.#steps.findLast(({ since }) => now - since >= FORESEEN_MS + unseenMs);
    return (terms ?? this.#steps[0])?.number ?? number;
  }
}
