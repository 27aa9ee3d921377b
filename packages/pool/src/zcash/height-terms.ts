/** The first work whose height was at least this. */
interface Step {
  readonly height: number;
  readonly number: number;
}

/** Heights that are told apart: a tip that is further back takes the terms of the oldest of them. */
const KEPT_HEIGHTS = 64;
/**
 * A change that is asked for while works have height H holds from height H + 2 on. A miner who foresees a work of H + 1
 * at that moment holds back one block; for H + 2 he would have to hold back two in a row.
 */
const HEIGHTS_AHEAD = 2;

/**
 * The terms of works that somebody may have foreseen: those whose coinbase is as the node made it. Anybody who holds back a
 * block, or knows all waiting transactions, can compute such works before the pool hands them out, and hash them.
 *
 * The terms of a work are a work number: what was asked for before the work of that number was made holds. See `Grants`.
 */
export class HeightTerms {
  /** Ascending in both. */
  readonly #steps: Step[] = [];

  /** The oldest terms that a work to come may have; before the first work it is not known which. */
  get oldest(): number {
    return this.#steps[0]?.number ?? 0;
  }

  /** To be called for each work, before its terms are asked for. */
  note(height: number, number: number): void {
    const last = this.#steps.at(-1);
    // Nobody knows how high works were before this process: what was asked for by then waits like all the rest.
    if (last === undefined) this.#steps.push({ height, number: number - 1 });
    else if (height > last.height) this.#steps.push({ height, number });
    if (this.#steps.length > KEPT_HEIGHTS) this.#steps.shift();
  }

  /** @param height of a work that was noted */
  of(height: number): number {
    const least = height - HEIGHTS_AHEAD + 1;
    return (this.#steps.find((step) => step.height >= least) ?? this.#steps.at(-1))?.number ?? 0;
  }
}
