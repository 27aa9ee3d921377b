/** Shares of this long ago count a third (1/e): long enough for a miner with three shares a minute, short enough to see it stop. */
const FADE_MS = 600_000;

/**
 * The rate of one worker, from the weights of its accepted shares: an average that fades over ten minutes. With n shares
 * in that time its error is about 1/sqrt(n).
 */
export class ShareRate {
  readonly #since: number;
  /** Weight of the shares, each faded by its age. */
  #weight = 0;
  #at: number;

  /** @param now milliseconds of a clock that only grows */
  constructor(now: number) {
    this.#since = now;
    this.#at = now;
  }

  add(weight: number, now: number): void {
    this.#weight = this.#faded(now) + weight;
    this.#at = now;
  }

  /** Expected solutions or hashes a second. */
  perSecond(now: number): number {
    // A worker that is here for less than the fading time has had no more time than that to find shares.
    const seenMs = FADE_MS * (1 - Math.exp(-Math.max(1, now - this.#since) / FADE_MS));
    return (this.#faded(now) * 1000) / seenMs;
  }

  #faded(now: number): number {
    return this.#weight * Math.exp(-Math.max(0, now - this.#at) / FADE_MS);
  }
}
