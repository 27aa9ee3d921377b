/** Heights that count as one, up to `height`, and the number of the first work of them. */
interface Step {
  readonly height: number;
  readonly number: number;
}

/** Steps that are told apart: a tip that is further back takes the terms of the oldest of them. */
const KEPT_STEPS = 64;
/**
 * A height that follows the one before within this time, or skips some, was public before the pool had it: its nodes lagged.
 * Blocks come so soon after one another by chance, too (one in eight at 75 s): then a target waits for one block more.
 */
export const AT_ONCE_MS = 10_000;
/** A template that is lower by more is no reorganisation: the one before was higher than the chain. */
const DEEPEST_REORGANISATION = 100;

/**
 * The terms of works that somebody may have foreseen: those whose coinbase is as the node made it. Anybody who holds back a
 * block, or knows all waiting transactions, can compute such works before the pool hands them out, and hash them.
 *
 * What is asked for while works have one height holds from the second height on that comes after it. A miner who foresees a
 * work of that height at that moment holds back two blocks in a row. Heights that come at once count as one.
 *
 * The terms of a work are a work number: what was asked for before the work of that number was made holds. See `Grants`.
 */
export class HeightTerms {
  /** Ascending in both. */
  readonly #steps: Step[] = [];
  readonly #atOnceMs: number;
  #at = 0;
  /** The newest step was extended by a height that came at once. */
  #isExtended = false;

  /** @param atOnceMs heights that follow one another within this time count as one */
  constructor(atOnceMs: number = AT_ONCE_MS) {
    this.#atOnceMs = atOnceMs;
  }

  /** The oldest terms that a work to come may have; before the first work it is not known which. */
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
    // Nobody knows how high works were before this process: what was asked for by then waits like all the rest.
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
      // Of two that come at once both were public: so the first of them belongs to the step before, too.
      if (isAtOnce && !this.#isExtended && this.#steps.length > 1) this.#steps.pop();
      const into = this.#steps.at(-1) ?? last;
      this.#steps[this.#steps.length - 1] = { height: next.height, number: into.number };
    }
    this.#isExtended = isExtended;
  }

  /** What a node once claimed must not hold targets up until the chain is as high. */
  #forgetHeightsBeyond(height: number): void {
    while ((this.#steps.at(-1)?.height ?? 0) > height + DEEPEST_REORGANISATION && this.#steps.length > 1)
      this.#steps.pop();
    const [only] = this.#steps;
    if (only !== undefined && this.#steps.length === 1 && only.height > height + DEEPEST_REORGANISATION)
      this.#steps[0] = { height, number: only.number };
  }
}
