/** So many silent intervals mean a step down: at the start, where nothing is known, and later. */
const INTERVALS = 3;
const INTERVALS_KNOWN = 12;
/** Each further step wants a silence so much longer: a miner that comes back after minutes must not flood. */
const PATIENCE = 1.5;

/**
 * How long a miner has sent nothing under the weight in force, and what steps down that brought. One silence is one
 * step: the next wants a silence of its own, after the step has taken effect.
 */
export class Silence {
  #ms = 0;
  #steps = 0;
  #easing = false;

  /** Milliseconds with a job and without a share, of any weight. */
  get ms(): number {
    return this.#ms;
  }

  /** A step waits for the job that brings it. */
  get easing(): boolean {
    return this.#easing;
  }

  /** @param came shares in these milliseconds */
  pass(ms: number, came: number): void {
    this.#ms = came > 0 ? 0 : this.#ms + ms;
  }

  /** A share came that counts: whoever falls silent later gets the first step again. */
  end(): void {
    this.#easing = false;
    this.#steps = 0;
  }

  /** A step is wanted. @param easing false where the weight is at its bound already */
  step(easing: boolean): void {
    this.#easing = easing;
    if (easing) this.#steps += 1;
  }

  /** Another weight is in force: it has been silent for no time yet. */
  begin(): void {
    this.#easing = false;
    this.#ms = 0;
  }

  /**
   * Is it longer than chance explains?
   * @param intervalMs at which shares should come
   * @param known so they did before: this is a pause rather than a weight that is far too high
   */
  exceeds(intervalMs: number, known: boolean): boolean {
    const first = intervalMs * (known ? INTERVALS_KNOWN : INTERVALS);
    const steps = this.#steps - (this.#easing ? 1 : 0);
    return this.#ms > first * (steps === 0 ? 1 : (PATIENCE - 1) * PATIENCE ** (steps - 1));
  }
}
