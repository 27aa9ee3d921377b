/** A shorter wait is rounding: sums of spacings at a clock of many days miss by less than this (ms). */
const ROUNDING = 0.01;

/**
 * The generic cell rate algorithm (ITU-T I.371): so many a second over a long time, and a burst at once. Its whole
 * state is one number, the time at which everything that came would have been due at the even rate: nothing is
 * refilled, so no timer is needed, and a clock that jumps ahead gives one burst at most.
 */
export class Gcra {
  readonly #spacing: number;
  readonly #tolerance: number;
  #due = Number.NEGATIVE_INFINITY;

  /** @param perSecond above 0 @param burst how many may come at once; less than 1 counts as 1 */
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
    const wait = due - this.#tolerance - now;
    return wait > ROUNDING ? wait : 0;
  }
}
