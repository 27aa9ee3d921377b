/** Heights that count as one. `height` is the last of them, and `number` that of their first work. */
interface Step {
  readonly height: number;
  readonly number: number;
}

/** Most steps that are kept. A tip that is further back takes the terms of the oldest step. */
const KEPT_STEPS = 64;
/**
 * A height that follows the one before within this time, or that skips heights, was public before the pool had it: the
 * pool's nodes lagged. Blocks also come this fast by chance (one in eight at 75 s); then a new target waits for one
 * block more.
 */
export const AT_ONCE_MS = 10_000;
/** A drop by more than this is not a reorganisation: a node had claimed a height that the chain did not have. */
const DEEPEST_REORGANISATION = 100;

/**
 * The terms of opaque works: their coinbase is as the node made it, so somebody may have foreseen them. A miner that
 * holds back a block, or that knows all waiting transactions, can compute and hash such works before the pool hands
 * them out.
 *
 * A target that a miner asks for at one height holds from the second height after it. To foresee a work of that height
 * when it asks, the miner would have to hold back two blocks in a row. Heights that come at once count as one.
 *
 * The terms of a work are a work number: the work has the target that was settled before the work of that number was
 * made. See `Grants`.
 */
export class HeightTerms {
  /** Heights and numbers both ascend. */
  readonly #steps: Step[] = [];
  readonly #atOnceMs: number;
  #at = 0;
  /** The newest height was added to the step before it. */
  #isExtended = false;

  /** @param atOnceMs heights that follow one another within this time count as one */
  constructor(atOnceMs: number = AT_ONCE_MS) {
    this.#atOnceMs = atOnceMs;
  }

  /** The oldest terms that a work to come may have; 0 before the first work. */
  get oldest(): number {
    return this.#steps[0]?.number ?? 0;
  }

  /**
   * To be called for each work, before its terms are asked for.
   * @param now milliseconds that only grow
   */
  note(height: number, number: number, now: number): void {
    this.#forgetHeightsBeyond(height);
    const last = this.#steps.at(-1);
    // The heights before this process are unknown: a target that was asked for before the first work waits as well.
    if (last === undefined) this.#steps.push({ height, number: number - 1 });
    else if (height > last.height) this.#rise(last, { height, number }, now);
    else return;
    this.#at = now;
    if (this.#steps.length > KEPT_STEPS) this.#steps.shift();
  }

  /** @param height of a work that was noted */
  of(height: number): number {
    const index = this.#steps.findIndex((step) => step.height >= height);
    return this.#steps.at(Math.max(0, (index < 0 ? this.#steps.length : index) - 1))?.number ?? 0;
  }

  #rise(last: Step, next: Step, now: number): void {
    const isAtOnce = now - this.#at < this.#atOnceMs;
    const isExtended = isAtOnce || next.height > last.height + 1;
    if (!isExtended) this.#steps.push(next);
    else {
      // Two heights that come at once were both public before, so the first of them joins the step before it as well.
      if (isAtOnce && !this.#isExtended && this.#steps.length > 1) this.#steps.pop();
      const into = this.#steps.at(-1) ?? last;
      this.#steps[this.#steps.length - 1] = { height: next.height, number: into.number };
    }
    this.#isExtended = isExtended;
  }

  /** Drops heights that a node claimed wrongly. Otherwise new targets would wait until the chain is that high. */
  #forgetHeightsBeyond(height: number): void {
    while ((this.#steps.at(-1)?.height ?? 0) > height + DEEPEST_REORGANISATION && this.#steps.length > 1)
      this.#steps.pop();
    const [only] = this.#steps;
    if (only !== undefined && this.#steps.length === 1 && only.height > height + DEEPEST_REORGANISATION)
      this.#steps[0] = { height, number: only.number };
  }
}
