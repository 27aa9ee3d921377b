/**
 * The generic cell rate algorithm: so many a second over a long time, and a burst at once. Its whole state is
 * one number, the time at which everything that came would have been due at the even rate.
 */
export class Gcra {
  readonly #spacing: number;
  readonly #tolerance: number;
  #due = Number.NEGATIVE_INFINITY;

  /** @param perSecond above 0 @param burst 1 or more */
  constructor(perSecond: number, burst: number) {
    this.#spacing = 1000 / perSecond;
    this.#tolerance = (Math.max(1, burst) - 1) * this.#spacing;
  }

  /**
   * One came; it counts whatever the answer is.
   * @param now milliseconds of a monotonic clock
   * @returns 0 where it conforms, otherwise in how many milliseconds it would have
   */
  take(now: number): number {
    const due = Math.max(this.#due, now);
    this.#due = due + this.#spacing;
    return Math.max(0, due - this.#tolerance - now);
  }
}
