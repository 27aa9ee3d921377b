/** A shorter wait (ms) is a rounding error: after many days, sums of spacings are wrong by less than this. */
const ROUNDING = 0.01;

/**
 * The generic cell rate algorithm (ITU-T I.371): it allows `perSecond` over a long time, and `burst` at once. Its state
 * is one number, the time at which all events so far would be due at the even rate. It refills nothing, so it needs no
 * timer, and a clock that jumps ahead gives at most one burst.
 */
export class Gcra {
  readonly #spacing: number;
  readonly #burst: number;
  #due = Number.NEGATIVE_INFINITY;

  /** @param perSecond above 0 @param burst how many may come at once; less than 1 counts as 1 */
  constructor(perSecond: number, burst: number) {
    this.#spacing = 1000 / perSecond;
    this.#burst = burst;
  }

  /**
   * Counts one event, whatever the result is.
   * @param now milliseconds of a monotonic clock
   * @returns 0 if the event conforms; otherwise by how many milliseconds it came too early
   */
  take(now: number): number {
    const due = Math.max(this.#due, now);
    this.#due = due + this.#spacing;
    return waitAt({ due, now, spacing: this.#spacing, burst: this.#burst });
  }
}

/**
 * How much too early an event comes, in milliseconds; 0 if it conforms.
 * @param event.due when it would be due at the even rate, and not before `now` @param event.spacing of two events at that rate
 */
export function waitAt(event: {
  readonly due: number;
  readonly now: number;
  readonly spacing: number;
  readonly burst: number;
}): number {
  const wait = event.due - (Math.max(1, event.burst) - 1) * event.spacing - event.now;
  return wait > ROUNDING ? wait : 0;
}
