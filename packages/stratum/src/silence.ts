/** Silent intervals before a step down while the rate is unknown, and once it is known. */
const INTERVALS = 3;
const INTERVALS_KNOWN = 12;
/**
 * Each further step down needs a silence that is longer by this factor. With quick steps, a miner that comes back after
 * minutes would have a far too small weight, and would flood the pool.
 */
const PATIENCE = 1.5;

/**
 * How long a miner has sent nothing under the weight in force, and how many steps down followed. One silence gives one
 * step. The next step needs a new silence, which begins when the step before has taken effect.
 */
export class Silence {
  #ms = 0;
  #steps = 0;
  #easing = false;

  /** Milliseconds in which the miner had a job, and sent no share of any weight. */
  get ms(): number {
    return this.#ms;
  }

  /** A step down waits for the job that brings it into force. */
  get easing(): boolean {
    return this.#easing;
  }

  /** Time passed. @param came number of shares in these `ms` */
  pass(ms: number, came: number): void {
    this.#ms = came > 0 ? 0 : this.#ms + ms;
  }

  /** A share came that counts: if the miner falls silent later, that silence begins with the first step again. */
  end(): void {
    this.#easing = false;
    this.#steps = 0;
  }

  /** A step down is wanted. @param easing false if the weight is at its bound already */
  step(easing: boolean): void {
    this.#easing = easing;
    if (easing) this.#steps += 1;
  }

  /** Another weight came into force: the silence under it begins at 0. */
  begin(): void {
    this.#easing = false;
    this.#ms = 0;
  }

  /**
   * Whether the silence is longer than chance explains.
   * @param intervalMs expected time between two shares
   * @param known true if the miner's rate was known: then it pauses, rather than having a weight that is far too high
   */
  exceeds(intervalMs: number, known: boolean): boolean {
    const first = intervalMs * (known ? INTERVALS_KNOWN : INTERVALS);
    const steps = this.#steps - (this.#easing ? 1 : 0);
    return this.#ms > first * (steps === 0 ? 1 : (PATIENCE - 1) * PATIENCE ** (steps - 1));
  }
}
