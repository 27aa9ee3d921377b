/** A target travels with its job: for a moment after it left nothing is held against a miner. */
const TRAVEL_MS = 30_000;
/** So many shares for one that is no longer in force are no slip of a miner's thread. */
const TELLING = 20;
/** And at least one share in so many: a card that makes faults now and then is no such miner. */
const PART = 20;
/** So many good ones in a row, and it has found its target. */
const HEALED = 100;

/**
 * Notices a miner that goes on with an easier target than that of its jobs: it loses what does not meet the new one.
 * To be made when a target changes for the first time. Pure: time is handed in, in milliseconds of any monotonic clock.
 */
export class OverlookedTarget {
  /** Weight of the target that it may have stayed with. */
  #former: bigint;
  #current: bigint;
  #since: number;
  #accepted = 0;
  #refused = 0;
  #inARow = 0;
  #told = false;

  /** @param former weight of the target before @param current weight of the one in force from `now` on */
  constructor(former: bigint, current: bigint, now: number) {
    this.#former = former;
    this.#current = current;
    this.#since = now;
  }

  /** It has been told, and goes on like that. */
  get lasts(): boolean {
    return this.#told && this.#inARow < HEALED;
  }

  /** A job left with this weight. */
  granted(weight: bigint, now: number): void {
    if (weight === this.#current) return;
    // Whoever overlooks one target overlooks the next as well: it stays with the easiest of them.
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
   * @returns whether the miner is to be told now: once
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
