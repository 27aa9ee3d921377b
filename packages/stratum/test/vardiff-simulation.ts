import { MESSAGE_LIMITS, Vardiff, type VardiffOptions } from '../src/index.ts';

export const INTERVAL = 10_000;
export const OPTIONS: VardiffOptions = {
  intervalMs: INTERVAL,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  startWeight: 10_000n,
};
/** A connection that has its first job. */
export function connected(options: VardiffOptions = OPTIONS, now = 0): Vardiff {
  const vardiff = new Vardiff(options, now);
  vardiff.granted(vardiff.weight, now);
  return vardiff;
}

const LOOK_MS = 1000;
/** Shares of some 3 KB that fit into the line and the buffers of both ends. With more, the miner itself waits. */
const MOST_WAITING = 2000;

/** mulberry32: small, fast and even enough for exponential waits. */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** When a chain gives new work, and which of it may bring another target. */
export interface Works {
  /** Mean of the exponential time between two tips; Infinity: none. */
  readonly blockSeconds: number;
  /** New transactions bring work at this time after the last work. Left out for a chain without transactions. */
  readonly refreshSeconds?: number;
  /**
   * The pool makes work of its own for those whose target is to change, once a second. Else works may have been
   * foreseen, and a target holds from the second tip after it was wanted.
   */
  readonly atWill: boolean;
}

/** Number of tips from a wanted target to the first work for which it holds, if works may be foreseen. */
const TIPS_AHEAD = 2;

export const AT_WILL: Works = { blockSeconds: 75, refreshSeconds: 20, atWill: true };

/**
 * Whose work a job replaces: everybody's, as ZIP 301 says; that of miners who pass over jobs which are not clean; or of
 * those, on a pool that calls only new tips clean, which this one does not.
 */
export type Takes = 'every job' | 'clean jobs' | 'new tips';

export interface MinerSetup {
  readonly seed: number;
  /** Solutions a second at a moment (seconds since the start). */
  rate(second: number): number;
  readonly options?: Partial<VardiffOptions>;
  readonly works?: Works;
  readonly takes?: Takes;
}

interface Job {
  readonly at: number;
  readonly weight: bigint;
}

/**
 * One connection, second by second: shares are a Poisson process, a new weight holds for works to come (see `Works`),
 * lines have a latency and are read as fast as the limits say, and the look for a new weight comes once a second.
 */
export class SimulatedMiner {
  readonly vardiff: Vardiff;
  readonly #setup: MinerSetup;
  readonly #works: Works;
  readonly #random: () => number;
  readonly #latency: number;
  #second = 0;
  /** Weight of the miner's newest job, and of the job that is on its way. */
  #inForce: bigint;
  #coming: Job | undefined;
  #granted: bigint;
  #tips = 0;
  /** The wanted weight, and the tip from which on it holds. */
  #settled: { readonly tip: number; readonly weight: bigint }[] = [];
  #tipAt: number;
  #refreshAt = Number.POSITIVE_INFINITY;
  #atWillAt = Number.POSITIVE_INFINITY;
  /** Shares that were found and are not read yet, the oldest first. */
  #waiting: { readonly weight: bigint; count: number }[] = [];
  #budget: number = MESSAGE_LIMITS.submit.burst;
  /** Shares that were read, and how often the wanted weight and the weight in force changed. */
  shares = 0;
  changes = 0;
  works = 0;

  constructor(setup: MinerSetup) {
    this.#setup = setup;
    this.#works = setup.works ?? AT_WILL;
    this.#random = generator(setup.seed);
    this.vardiff = new Vardiff({ ...OPTIONS, ...setup.options }, 0);
    this.#inForce = this.#granted = this.vardiff.weight;
    this.vardiff.granted(this.#inForce, 0);
    this.#latency = 50 + 250 * this.#random();
    this.#tipAt = this.#nextTip(0);
    this.#refreshAt = this.#nextRefresh(0);
  }

  /** The wanted weight. */
  get weight(): number {
    return Number(this.vardiff.weight);
  }

  /** The weight at which the miner works. */
  get inForce(): number {
    return Number(this.#inForce);
  }

  /** Runs up to a second, and passes on the wanted weight of each look. */
  run(until: number, watch?: (second: number, weight: number) => void): this {
    while (this.#second < until) {
      this.#mineSecond();
      this.#second += 1;
      const now = this.#second * LOOK_MS;
      const changed = this.vardiff.retarget(now);
      if (changed !== undefined) {
        this.changes += 1;
        if (this.#works.atWill) this.#atWillAt = Math.min(this.#atWillAt, now + 1000 * this.#random());
        else this.#settled.push({ tip: this.#tips + TIPS_AHEAD, weight: changed });
      }
      watch?.(this.#second, this.weight);
    }
    return this;
  }

  #mineSecond(): void {
    const end = (this.#second + 1) * LOOK_MS;
    const { perSecond, burst } = MESSAGE_LIMITS.submit;
    for (let now = this.#second * LOOK_MS; now < end; ) {
      const arrival = this.#coming?.at ?? Number.POSITIVE_INFINITY;
      const until = Math.min(end, arrival, this.#tipAt, this.#refreshAt, this.#atWillAt);
      this.#mine((until - now) / 1000);
      this.#budget = Math.min(burst, this.#budget + (perSecond * (until - now)) / 1000);
      this.#read();
      now = until;
      if (now === arrival) this.#take();
      if (now === this.#tipAt || now === this.#refreshAt || now === this.#atWillAt) this.#newWork(now);
    }
  }

  #newWork(now: number): void {
    const tip = now === this.#tipAt;
    if (tip) {
      this.#tips += 1;
      this.#tipAt = this.#nextTip(now);
    }
    this.#refreshAt = this.#nextRefresh(now);
    this.#atWillAt = Number.POSITIVE_INFINITY;
    const weight = this.#works.atWill ? this.vardiff.weight : this.#due();
    const changed = weight !== this.#granted;
    if (changed) this.works += 1;
    this.#granted = weight;
    this.vardiff.granted(weight, now);
    const { takes = 'every job' } = this.#setup;
    // A job that brings another target is clean.
    if (!tip && (takes === 'new tips' || (takes === 'clean jobs' && !changed))) return;
    // A line keeps its order: jobs that are on their way already arrive before this one.
    this.#take();
    this.#coming = { at: now + this.#latency, weight };
  }

  #due(): bigint {
    let weight = this.#granted;
    for (const settled of this.#settled) if (settled.tip <= this.#tips) weight = settled.weight;
    this.#settled = this.#settled.filter(({ tip }) => tip > this.#tips);
    return weight;
  }

  #take(): void {
    if (this.#coming !== undefined) this.#inForce = this.#coming.weight;
    this.#coming = undefined;
  }

  #mine(seconds: number): void {
    const found = this.#poisson((this.#setup.rate(this.#second) / Number(this.#inForce)) * seconds);
    if (found === 0) return;
    const room = MOST_WAITING - this.#waiting.reduce((sum, { count }) => sum + count, 0);
    const count = Math.min(found, room);
    if (count > 0) this.#waiting.push({ weight: this.#inForce, count });
  }

  #read(): void {
    for (let first = this.#waiting[0]; first !== undefined; first = this.#waiting[0]) {
      for (; first.count > 0; first.count -= 1) {
        if (this.#budget < 1) return this.vardiff.slowed();
        this.#budget -= 1;
        this.shares += 1;
        this.vardiff.onShare(first.weight);
      }
      this.#waiting.shift();
    }
  }

  #nextTip(now: number): number {
    return now + this.#works.blockSeconds * 1000 * this.#exponential();
  }

  #nextRefresh(now: number): number {
    return now + (this.#works.refreshSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  }

  #poisson(expected: number): number {
    if (expected > 50) {
      const normal = Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
      return Math.max(0, Math.round(expected + Math.sqrt(expected) * normal));
    }
    let count = 0;
    for (let left = expected - this.#exponential(); left > 0; left -= this.#exponential()) count += 1;
    return count;
  }

  #exponential(): number {
    return -Math.log(1 - this.#random());
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param part 0.5 for the median, 0.99 for the 99th percentile */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

export function fraction<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / values.length;
}
