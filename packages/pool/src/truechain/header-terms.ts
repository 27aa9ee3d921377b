import type { Terms } from '@adit/stratum';

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
 * A header names the second in which its node made it. A miner that makes the node give it can choose a moment within
 * that second, and before or after the pool's next question. The clocks of two nodes may differ by as much again.
 */
export const EDGE_MS = 2_000;
/**
 * Steps are kept for this long: shares of a header are accepted for ten minutes. A header that may be older than that
 * gets all steps that are known, as its miners may have known it for that long.
 */
const KEPT_MS = 600_000 + FORESEEN_MS + EDGE_MS;
/** Most steps: twice what ten minutes bring at a header every two seconds. */
const MAX_STEPS = 640;

/**
 * The terms of headers, where each connection has its own target: the number of the newest header that the pool had
 * half a minute before. A miner may have hashed a header in the half minute before the pool saw it. A target that the
 * miner asked for within that time does not hold for the header. See `Grants`.
 *
 * When the node made a header the pool does not know. If it guessed, a miner that makes headers at will could choose
 * after hashing which side of a change a header belongs to. So a header has the terms of every moment at which the node
 * may have made it. Whenever the pool comes to see a header, these include the terms of the second that the header names.
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
  of(number: number, now: number, unseenMs = 0): Terms {
    // A target that was asked for before the first header waits like all others.
    if (this.#steps.length === 0) this.#steps.push({ number: number - 1, since: now });
    // Before older steps are dropped: where no header came for long, they are those of a header that waited for its dataset.
    const terms = {
      oldest: this.#at(now - FORESEEN_MS - EDGE_MS - unseenMs),
      newest: this.#before(now - FORESEEN_MS + EDGE_MS, number),
    };
    this.#steps.push({ number, since: now });
    const old = this.#steps.findLastIndex(({ since }) => now - since >= KEPT_MS);
    this.#steps.splice(0, Math.max(0, old));
    // Headers come fast: every other step is dropped, so that some headers have the terms of slightly longer times.
    if (this.#steps.length > MAX_STEPS)
      this.#steps = this.#steps.filter((_, i, all) => i === 0 || i === all.length - 1 || i % 2 === 1);
    return terms;
  }

  /** The number of the newest header that was there at a time, or of an older one. */
  #at(time: number): number {
    return this.#steps.findLast(({ since }) => since <= time)?.number ?? this.oldest;
  }

  /** The number before that of the first header which came after a time. */
  #before(time: number, next: number): number {
    const after = this.#steps.slice(1).find(({ since }) => since > time)?.number ?? next;
    return after - 1;
  }
}
