import { Vardiff, type VardiffOptions } from '../src/index.ts';

export const INTERVAL = 10_000;
export const OPTIONS: VardiffOptions = {
  intervalMs: INTERVAL,
  minWeight: 1n,
  maxWeight: 1n << 60n,
  startWeight: 10_000n,
};
/** What a port lets one connection hand in (the budget of `submit` messages); the rest waits at the miner. */
const SUBMITS_PER_SECOND = 200;
const LOOK_MS = 1000;

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

export interface MinerSetup {
  readonly seed: number;
  /** Solutions a second at a moment (seconds since the start). */
  rate(second: number): number;
  readonly options?: Partial<VardiffOptions>;
  /** A changed target waits for the chain's next job (every 20 s), instead of for a reissue within a second. */
  readonly jobsOnly?: boolean;
}

/**
 * One connection, second by second: shares are a Poisson process, a new weight holds from the next job on (reissued
 * within a second, and the line has a latency), and the look for a new weight comes once a second.
 */
export class SimulatedMiner {
  readonly vardiff: Vardiff;
  readonly #setup: MinerSetup;
  readonly #random: () => number;
  readonly #latency: number;
  #second = 0;
  /** Expected shares until the next one. */
  #wait: number;
  #inForce: bigint;
  #next: bigint;
  #nextAt = Number.POSITIVE_INFINITY;
  shares = 0;
  changes = 0;

  constructor(setup: MinerSetup) {
    this.#setup = setup;
    this.#random = generator(setup.seed);
    this.vardiff = new Vardiff({ ...OPTIONS, ...setup.options }, 0);
    this.#inForce = this.#next = this.vardiff.weight;
    this.#latency = 50 + 250 * this.#random();
    this.#wait = this.#exponential();
  }

  get weight(): number {
    return Number(this.vardiff.weight);
  }

  /** Runs to that second, and shows each look's weight. */
  run(until: number, watch?: (second: number, weight: number) => void): this {
    while (this.#second < until) {
      this.#mineSecond();
      this.#second += 1;
      const now = this.#second * LOOK_MS;
      const changed = this.vardiff.retarget(now);
      if (changed !== undefined) this.#announce(changed, now);
      watch?.(this.#second, this.weight);
    }
    return this;
  }

  #announce(weight: bigint, now: number): void {
    this.changes += 1;
    this.#next = weight;
    const job =
      this.#setup.jobsOnly === true ? Math.ceil(now / 20_000) * 20_000 : now + 1000 * this.#random();
    this.#nextAt = job + this.#latency;
  }

  #mineSecond(): void {
    const start = this.#second * LOOK_MS;
    const end = start + LOOK_MS;
    let sent = 0;
    for (let now = start; now < end; ) {
      const until = Math.min(end, Math.max(now, this.#nextAt));
      sent += this.#mine((until - now) / 1000, SUBMITS_PER_SECOND - sent);
      now = until;
      if (now < this.#nextAt) continue;
      this.#inForce = this.#next;
      this.#nextAt = Number.POSITIVE_INFINITY;
    }
    this.shares += sent;
  }

  /** @returns the shares that were handed in, at most `room` */
  #mine(seconds: number, room: number): number {
    let left = (this.#setup.rate(this.#second) / Number(this.#inForce)) * seconds;
    let sent = 0;
    for (; this.#wait <= left; this.#wait = this.#exponential()) {
      // Found, but it waits at the miner, whose line is not read faster.
      if (sent === room) return sent;
      left -= this.#wait;
      sent += 1;
      this.vardiff.onShare(this.#inForce);
    }
    this.#wait -= left;
    return sent;
  }

  #exponential(): number {
    return -Math.log(1 - this.#random());
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** @param part 0.5 the median, 0.99 what one in a hundred exceeds */
export function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(part * (sorted.length - 1))] ?? Number.NaN;
}

export function fraction<T>(values: readonly T[], holds: (value: T) => boolean): number {
  return values.filter(holds).length / values.length;
}
