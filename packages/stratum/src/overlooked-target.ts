/** A target needs time to travel with its job: for this time after it was sent, no share counts against the miner. */
const TRAVEL_MS = 30_000;
/** This many shares for a target that is no longer in force are not a slip of one of the miner's threads. */
const TELLING = 20;
/**
 * At least one share in this many must be such: a card that makes a fault from time to time has not overlooked a
 * target.
 */
const PART = 20;
/** After this many good shares in a row, the miner uses its new target. */
const HEALED = 100;

/**
 * Notices a miner that goes on with an easier target than that of its jobs: it loses all shares that miss the new one.
 * Callers make it when a target changes for the first time. Pure: callers hand in the time, in milliseconds of a
 * monotonic clock.
 */
export class OverlookedTarget {
  /** Weight of the former target, which the miner may still use. */
  #former: bigint;
  #current: bigint;
  #since: number;
  #accepted = 0;
  #refused = 0;
  #inARow = 0;
  #told = false;

  /** @param former weight of the target before @param current weight of the target in force from `now` on */
  constructor(former: bigint, current: bigint, now: number) {
    this.#former = former;
    this.#current = current;
    this.#since = now;
  }

  /** True if the miner was told, and still uses the former target. */
  get lasts(): boolean {
    return this.#told && this.#inARow < HEALED;
  }

  /** A job with this weight was sent. */
  granted(weight: bigint, now: number): void {
    if (weight === this.#current) return;
    // A miner that overlooks one target overlooks the next one too: it stays with the easiest of them.
    if (this.#refused === 0 || this.#current < this.#former) this.#former = this.#current;
    this.#current = weight;
    this.#since = now;
  }

  accepted(): void {
    this.#accepted += 1;
    this.#inARow += 1;
  }

  /**
   * A share was too easy for its job.
   * @param job weight of its job
   * @param achieved weight that its hash is good for
   * @returns true once, when it is time to tell the miner
   */
  refused(job: bigint, achieved: bigint, now: number): boolean {
    if (now - this.#since < TRAVEL_MS || job <= this.#former || achieved < this.#former) return false;
    this.#refused += 1;
    this.#inARow = 0;
    if (this.#told || this.#refused < TELLING || this.#refused * PART < this.#accepted) return false;
    this.#told = true;
    return true;
  }
}
