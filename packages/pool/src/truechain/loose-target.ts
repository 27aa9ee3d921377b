import { weightOnGrid } from '@adit/stratum';
import { FallBudget } from './fall-budget.ts';

/** What the ports of a chain say about shares. Without the strict prefix all ports of a chain say the same. */
export interface LooseTargetOptions {
  /** Weight (expected hashes) of a share while the pool knows no miner, and the bounds of all weights. */
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Whether the start weight always holds. */
  readonly fixed: boolean;
  /** Wanted time between two shares of the fastest connection, where that is longer than 15 s. */
  readonly shareIntervalMs: number;
}

/**
 * The smallest weight of a share without the strict prefix. To check and keep a share costs at most as much as nine
 * hashes (20,900 shares a second on two cores that make 95,700 hashes a second each: docs/performance.md), and ten
 * where the nonce has two readings. That is a hundredth of this weight.
 */
export const LEAST_LOOSE_WEIGHT = 1024n;

/**
 * Wanted time between two shares of the fastest connection. The reference miner sleeps for a second after each share:
 * at 15 s it hashes 94 % of the time, and at half of that still 88 %.
 */
export const FASTEST_MS = 15_000;
/** Longest wanted time between two shares of a slow miner. The next two bounds go before it. */
const SLOWEST_MS = 600_000;
/** Least time between two shares of the fastest connection, however slow others are: four shares a second. */
const QUICKEST_MS = 250;
/**
 * Least time between shares of the fastest connection while the target is lowered for one without any share. It may be a
 * guest that never hashes, and the reference miner sleeps for a second after each share.
 */
const QUICKEST_FOR_UNPROVEN_MS = 3_000;
/** Most shares of all ports of the chain together. To check and keep 500 a second takes a third of a core or less. */
const SHARES_PER_MS = 0.5;
/** A connection without a share for this long does not mine: the weight is not lowered for it. */
const FORGOTTEN_MS = 3600_000;
/** After this time without a connection the start weight holds again. An upgrade moves miners within it. */
const DESERTED_MS = 120_000;

/** This many shares give a rate to within 50 %: enough to leave a weight that is far off. */
const TELLING = 4;
/** Most shares that count. This many give a rate to within 20 %, and reach back six minutes at 15 s each. */
const MEMORY = 24;
/** The weight changes only by more than this factor: a smaller change is not worth a clean job. */
const DEAD_BAND = 1.25;
/** Least time between two changes. `CHANGE_MS` is for changes by less than the factor `FAR`. */
const CHANGE_MS = 30_000;
const FAR = 2;
const FAR_CHANGE_MS = 5_000;
/** Largest factors of one change. A burst of shares, or a pause, proves no more than this. */
const MAX_STEP_UP = 64;
const MAX_STEP_DOWN = 8;
/** The factor while no connection sends shares less than a second apart. Then the start weight was far too small. */
const MAX_STEP_UP_OF_SLEEPERS = 1024;
/** After a rise by more than this factor, earlier fast shares say little: a miner that sleeps looked slow. */
const FRESH_START = 1.5;
/** At this time between shares, and above, the second that a miner sleeps does not matter. */
const RESTED_MS = 10_000;
/**
 * The reference miner sleeps for this time after each share. The pool assumes this of every connection whose shares are
 * at least this far apart. Where it is wrong, the target is too hard for half a minute, until the next change.
 */
const SLEEP_MS = 1_000;
/** With the wait for a job the pause may take almost two seconds. The search between two pauses then takes next to nothing. */
const MOST_ASLEEP = 16;
/** And a new job can wake it early: shares less far apart than this are a burst. */
const LEAST_PAUSE_MS = 500;
/** When two looks are further apart than this, the process itself slept: the time does not count. */
const LONGEST_LOOK_MS = 10_000;

/** What the pool has seen of one connection. */
interface Seen {
  /** Shares, in units of the weight in force, and the chain's exposure when their counting began. */
  shares: number;
  from: number;
  /** The rate before the weight rose, in hashes per millisecond. */
  former: number | undefined;
  aliveAt: number;
}

/**
 * The share weight of a chain without the strict prefix: one weight for all miners of a header. It follows the shares
 * of the connections. A share never becomes easier than the least weight, the fastest connection, and the chain's
 * budget of shares allow.
 *
 * All connections have the same weight, so one running sum of time over weight (the exposure) serves all of them: a
 * share changes the state of its own connection, and silence changes no state.
 * Pure: callers hand the time in, in milliseconds of any clock that only grows.
 */
export class LooseTarget {
  #options: LooseTargetOptions;
  #weight: bigint;
  readonly #seen = new Map<number, Seen>();
  /** Sum of milliseconds over weight, since the beginning. */
  #exposure = 0;
  #lookedAt: number;
  /** The newest weight that is settled, for headers to come, and when it last changed. */
  #planned: bigint;
  #changedAt: number;
  #desertedAt: number | undefined;
  readonly #falls: FallBudget;
  #idle = false;

  /** @param weight the weight that was in force before. Default: the start weight */
  constructor(options: LooseTargetOptions, now: number, weight = options.startWeight) {
    this.#options = options;
    this.#weight = this.#planned = this.#clamp(weight);
    this.#lookedAt = this.#changedAt = this.#desertedAt = now;
    this.#falls = new FallBudget(now);
  }

  /** The weight while the pool knows no miner. */
  get startWeight(): bigint {
    return this.#clamp(this.#options.startWeight);
  }

  /** The weight of the newest header. */
  get weight(): bigint {
    return this.#weight;
  }

  /** Sets the ports' rules. They hold from the next proposal on. */
  update(options: LooseTargetOptions): void {
    this.#options = options;
  }

  /**
   * Lets time count. To be called about every second.
   * @param idle whether no share can be credited now (no node gives work): then silence says nothing
   */
  look(now: number, idle: boolean): void {
    this.#look(now);
    this.#idle = idle;
  }

  /** A connection has a job. A second call for the same connection does nothing. */
  join(connection: number, now: number): void {
    if (this.#seen.has(connection)) return;
    this.#look(now);
    this.#desertedAt = undefined;
    this.#seen.set(connection, { shares: 0, from: this.#exposure, former: undefined, aliveAt: now });
  }

  leave(connection: number, now: number): void {
    if (this.#seen.delete(connection) && this.#seen.size === 0) this.#desertedAt = now;
  }

  /** A share was credited. @param weight the weight of its header */
  share(connection: number, weight: bigint, now: number): void {
    const seen = this.#seen.get(connection);
    // The connection has ended.
    if (seen === undefined) return;
    this.#look(now);
    seen.aliveAt = now;
    // A late share of an easier header counts as less than one. One of a harder header does not prove more than one.
    seen.shares += Math.min(1, Number(weight) / Number(this.#weight));
    if (seen.shares <= MEMORY) return;
    seen.from = this.#exposure - (this.#exposure - seen.from) * (MEMORY / seen.shares);
    seen.shares = MEMORY;
  }

  /** Proposes a weight for headers that nobody can have seen yet. */
  propose(now: number): bigint {
    this.#look(now);
    const { fixed, startWeight } = this.#options;
    if (fixed) return this.#clamp(startWeight);
    if (this.#seen.size === 0) {
      const deserted = now - (this.#desertedAt ?? now) >= DESERTED_MS;
      return this.#clamp(deserted ? startWeight : this.#planned);
    }
    const from = Number(this.#weight);
    const up = this.#isBurst() ? MAX_STEP_UP : MAX_STEP_UP_OF_SLEEPERS;
    const wanted = Math.min(Math.max(this.#wanted(now), from / MAX_STEP_DOWN), from * up);
    const planned = Number(this.#planned);
    const step = wanted > planned ? wanted / planned : planned / wanted;
    // Only upwards in haste: one who shows shares and leaves, again and again, would move the target to and fro.
    const wait = step >= FAR && wanted > planned ? FAR_CHANGE_MS : CHANGE_MS;
    const moves =
      step > DEAD_BAND &&
      now - this.#changedAt >= wait &&
      (wanted > planned || this.#falls.allows(step, now));
    return this.#clamp(moves ? weightOnGrid(wanted) : this.#planned);
  }

  /** A weight was settled for headers to come: the proposed one, or that of another process. */
  plan(weight: bigint, now: number): void {
    if (weight === this.#planned) return;
    if (weight < this.#planned) this.#falls.spend(Number(this.#planned) / Number(weight), now);
    this.#planned = weight;
    this.#changedAt = now;
  }

  /** A header went out with this weight. */
  hold(weight: bigint, now: number): void {
    this.#look(now);
    if (weight === this.#weight) return;
    if (Number(weight) > Number(this.#weight) * FRESH_START) this.#beginAnew();
    this.#weight = weight;
  }

  #look(now: number): void {
    const elapsed = now - this.#lookedAt;
    this.#lookedAt = Math.max(this.#lookedAt, now);
    if (elapsed <= 0 || this.#idle || elapsed > LONGEST_LOOK_MS) return;
    this.#exposure += elapsed / Number(this.#weight);
  }

  #beginAnew(): void {
    for (const seen of this.#seen.values()) {
      const spent = (this.#exposure - seen.from) * Number(this.#weight);
      if (spent > seen.shares * RESTED_MS) continue;
      seen.former = this.#rateOf(seen);
      seen.shares = 0;
      seen.from = this.#exposure;
    }
  }

  /** @returns hashes per millisecond; undefined where the connection has shown too little */
  #rateOf({ shares, from, former }: Seen): number | undefined {
    const exposure = this.#exposure - from;
    if (shares >= TELLING)
      return (shares * this.#wakefulness(shares, exposure)) / Math.max(exposure, Number.MIN_VALUE);
    // The former rate holds until silence contradicts it: a wait of twice the wanted time is still chance.
    return former === undefined ? undefined : Math.min(former, (shares + 2) / exposure);
  }

  #isBurst(): boolean {
    return [...this.#seen.values()].some(({ shares, from }) => {
      const exposure = this.#exposure - from;
      return shares >= TELLING && exposure * Number(this.#weight) < shares * LEAST_PAUSE_MS;
    });
  }

  /** How much faster a connection hashes than its shares say, if it sleeps for a second after each of them. */
  #wakefulness(shares: number, exposure: number): number {
    const distanceMs = (exposure * Number(this.#weight)) / shares;
    if (distanceMs < LEAST_PAUSE_MS || distanceMs >= RESTED_MS) return 1;
    return distanceMs < 2 * SLEEP_MS ? MOST_ASLEEP : distanceMs / (distanceMs - SLEEP_MS);
  }

  #wanted(now: number): number {
    let fastest = 0;
    let slowest = Number.POSITIVE_INFINITY;
    let unproven = Number.POSITIVE_INFINITY;
    let sum = 0;
    let longest = 0;
    let fewest = Number.POSITIVE_INFINITY;
    for (const seen of this.#seen.values()) {
      const rate = this.#rateOf(seen);
      const exposure = this.#exposure - seen.from;
      if (now - seen.aliveAt < FORGOTTEN_MS) {
        const pace = rate ?? Math.max(1, seen.shares) / exposure;
        if (seen.shares > 0 || seen.former !== undefined) slowest = Math.min(slowest, pace);
        else unproven = Math.min(unproven, pace);
      }
      if (rate !== undefined) {
        fastest = Math.max(fastest, rate);
        sum += rate;
      } else if (exposure > longest) {
        longest = exposure;
        // The connection has shown too little: this is the most that it can hash.
        fewest = (seen.shares + 1) / exposure;
      }
    }
    const fastestMs = Math.max(FASTEST_MS, this.#options.shareIntervalMs);
    const slowestMs = Math.max(SLOWEST_MS, fastestMs);
    // No rate is known. The longest silence may show that a share is too hard, and never that it is too easy.
    const known = fastest > 0 ? fastest : Math.min(fewest, Number(this.#weight) / fastestMs);
    return Math.max(
      known * QUICKEST_MS,
      sum / SHARES_PER_MS,
      Math.min(
        known * fastestMs,
        slowest * slowestMs,
        Math.max(unproven * slowestMs, known * QUICKEST_FOR_UNPROVEN_MS),
      ),
    );
  }

  #clamp(weight: bigint): bigint {
    const { minWeight, maxWeight } = this.#options;
    const bounded = weight < minWeight ? minWeight : weight > maxWeight ? maxWeight : weight;
    return bounded < 1n ? 1n : bounded;
  }
}
