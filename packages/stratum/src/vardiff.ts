export interface VardiffOptions {
  /** Wanted time between two shares. */
  readonly intervalMs: number;
  /** Bounds of a share's weight (expected hashes). */
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Where a connection starts. */
  readonly startWeight: bigint;
}

/** A change by less than this is noise, and every change costs a message. */
const DEAD_BAND_PERCENT = 30n;
/** One step up or down: a lucky streak must not throw a slow miner out of reach. */
const MAX_STEP = 4n;
/** With so many shares, or in the time they should have taken, a rate is known to some 18 %. */
const FINE = 32;
/** A rate that is off by this much shows earlier: with so many shares, or with none after so long. */
const GROSS = 3n;
const ENOUGH_SHARES = 8;
const SILENT_INTERVALS = 5;
const SLOW_INTERVALS = 8;

/**
 * Finds the share weight at which a connection sends one share an interval.
 *
 * It estimates the hash rate (weight of the shares seen / time) and computes the weight from it,
 * instead of multiplying the old difficulty by a ratio: that is known to swing for ever.
 * Pure: time is handed in, in milliseconds of any monotonic clock.
 */
export class Vardiff {
  readonly #options: VardiffOptions;
  #weight: bigint;
  #windowStart: number;
  #work = 0n;
  #shares = 0;

  constructor(options: VardiffOptions, now: number) {
    this.#options = options;
    this.#weight = clamp(options.startWeight, options.minWeight, options.maxWeight);
    this.#windowStart = now;
  }

  get weight(): bigint {
    return this.#weight;
  }

  /** A share came with this weight. An honest duplicate counts here too: it shows the miner's rate. */
  onShare(weight: bigint): void {
    this.#work += weight;
    this.#shares += 1;
  }

  /** The miner asks for a weight: taken within the bounds. @returns the new weight if it changed */
  suggest(weight: bigint, now: number): bigint | undefined {
    return this.#move(clamp(weight, this.#options.minWeight, this.#options.maxWeight), now);
  }

  /** To be asked now and then. @returns the new weight if it changed */
  retarget(now: number): bigint | undefined {
    const elapsed = BigInt(Math.max(1, Math.round(now - this.#windowStart)));
    const interval = BigInt(this.#options.intervalMs);
    if (!this.#isTelling(elapsed, interval)) return undefined;
    const wanted = (this.#work * interval) / elapsed;
    const bounded = clamp(wanted, this.#weight / MAX_STEP, this.#weight * MAX_STEP);
    const next = clamp(bounded, this.#options.minWeight, this.#options.maxWeight);
    const difference = next > this.#weight ? next - this.#weight : this.#weight - next;
    if (difference * 100n <= this.#weight * DEAD_BAND_PERCENT) {
      this.#restart(now);
      return undefined;
    }
    return this.#move(next, now);
  }

  /** Fewer shares than this says are chance: to follow them would make the weight wander for ever. */
  #isTelling(elapsed: bigint, interval: bigint): boolean {
    const waited = (count: number) => elapsed >= interval * BigInt(count);
    if (this.#shares >= FINE || waited(FINE)) return true;
    if (this.#shares === 0) return waited(SILENT_INTERVALS);
    const work = this.#work * interval;
    const expected = this.#weight * elapsed;
    return this.#shares >= ENOUGH_SHARES
      ? work >= expected * GROSS
      : waited(SLOW_INTERVALS) && work * GROSS <= expected;
  }

  #move(weight: bigint, now: number): bigint | undefined {
    this.#restart(now);
    if (weight === this.#weight) return undefined;
    this.#weight = weight;
    return weight;
  }

  #restart(now: number): void {
    this.#windowStart = now;
    this.#work = 0n;
    this.#shares = 0;
  }
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}
