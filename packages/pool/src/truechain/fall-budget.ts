/**
 * Work that all miners may lose to falls of the one target, at most, as a part of all their work: fifty seconds of
 * mining earn one second.
 */
const EARNED = 1 / 50;
/** Most that is saved up, in milliseconds of work. A start that is a thousand times too hard falls without a wait. */
const SAVED_MS = 90_000;
/**
 * Headers that come within this time beside a change ask for the harder target and credit the easier weight: two seconds
 * on both sides, and the time between two questions to the node.
 */
const BORDER_MS = 5_000;

/**
 * How often the one weight of all miners may fall. Beside each change miners lose a part of their work, so a miner that
 * moves the weight to and fro, by shows of shares and silence, would make the others lose a quarter of theirs. A rise is
 * always allowed, since it keeps a flood of shares out. It cannot be repeated without a fall, so a fall pays for itself
 * and for all rises that may follow it.
 * Pure: callers hand the time in, in milliseconds of any clock that only grows.
 */
export class FallBudget {
  #savedMs = SAVED_MS;
  #at: number;

  constructor(now: number) {
    this.#at = now;
  }

  /** @param factor by how much the weight would fall, above 1 */
  allows(factor: number, now: number): boolean {
    return Math.min(costOf(factor), SAVED_MS) <= this.#saved(now);
  }

  spend(factor: number, now: number): void {
    this.#savedMs = Math.max(0, this.#saved(now) - costOf(factor));
    this.#at = Math.max(this.#at, now);
  }

  #saved(now: number): number {
    return Math.min(SAVED_MS, this.#savedMs + Math.max(0, now - this.#at) * EARNED);
  }
}

/**
 * The work that is lost beside a change by a factor f is at most 1 - 1/f of a border. Rises in small steps lose up to
 * the logarithm of f together.
 */
function costOf(factor: number): number {
  return BORDER_MS * (1 - 1 / factor + Math.log(factor));
}
