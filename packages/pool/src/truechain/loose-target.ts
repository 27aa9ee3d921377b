import { weightOnGrid } from '@adit/stratum';

/** What the ports of a chain say about shares: the same on all of them where nonces are bound to nobody. */
export interface LooseTargetOptions {
  /** Weight (expected hashes) of a share where nobody is known, and its bounds. */
  readonly startWeight: bigint;
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** The start weight stays, whatever miners do. */
  readonly fixed: boolean;
  /** Wanted time between two shares of the fastest connection, where that is longer than 15 s. */
  readonly shareIntervalMs: number;
}

/**
 * No share is easier where nonces are bound to nobody. To check and keep one costs at most what nine hashes cost (20,900
 * shares a second on two cores that make 95,700 hashes a second each: docs/performance.md), and one more where the nonce
 * has two readings: a hundredth of this.
 */
export const LEAST_LOOSE_WEIGHT = 1024n;

/**
 * The fastest connection's shares come at this distance. The reference miner sleeps for a second after each, so at 15 s
 * it hashes 94 % of the time, and at half of it still 88 %.
 */
export const FASTEST_MS = 15_000;
/** A slow miner has a share in ten minutes, as far as the next two bounds let it: it is neither closed nor kept waiting. */
const SLOWEST_MS = 600_000;
/** No connection sends more than four shares a second for the sake of a slower one. */
const QUICKEST_MS = 250;
/**
 * And nearer than this not for the sake of one that has shown no share: it may be a guest that never hashes, and the
 * reference miner sleeps for a second after each share.
 */
const QUICKEST_FOR_UNPROVEN_MS = 3_000;
/** And the chain's ports together no more than this: a third of a core that checks and keeps them. */
const SHARES_PER_MS = 0.5;
/** Whoever has shown nothing for so long does not mine: nobody's shares become easier for it. */
const FORGOTTEN_MS = 3600_000;
/** The weight goes back to where it began when nobody is there for so long: an upgrade moves miners within it. */
const DESERTED_MS = 120_000;

/** So many shares know a rate to 50 %: enough to leave a weight that is far off. */
const TELLING = 4;
/** More than so many fade: they know a rate to 20 %, and reach back six minutes at 15 s. */
const MEMORY = 24;
/** A smaller change is not worth a clean job. */
const DEAD_BAND = 1.25;
/** A change by less than `FAR` keeps this distance from the last one, a larger one the shorter distance. */
const CHANGE_MS = 30_000;
const FAR = 2;
const FAR_CHANGE_MS = 5_000;
/** Bounds of one step: the weight of a burst, and of a pause, is not trusted further. */
const MAX_STEP_UP = 64;
const MAX_STEP_DOWN = 8;
/** Where no connection has shares less than a second apart there is no burst: the start was far too easy. */
const MAX_STEP_UP_OF_SLEEPERS = 1024;
/** Upwards by more than this, what was seen says little: at short distances a miner that sleeps looks slow. */
const FRESH_START = 1.5;
/** From this distance on the second that it sleeps does not matter. */
const RESTED_MS = 10_000;
/**
 * The reference miner sleeps for a second after each share. A connection whose shares come at least so far apart is taken
 * for one that does: if it does not, its target is too hard for the half minute until the next one, and that is all.
 */
const SLEEP_MS = 1_000;
/** A look further apart is this process's own sleep. */
const LONGEST_LOOK_MS = 10_000;

/** What is known of one connection. */
interface Seen {
  /** Shares, in units of the weight in force, and the chain's exposure when counting began. */
  shares: number;
  from: number;
  /** Hashes per millisecond as they were known before the weight rose. */
  former: number | undefined;
  aliveAt: number;
}

/**
 * The share weight of a chain whose nonces are bound to nobody: one for all who mine a header. It moves with what the
 * connections show, and never makes a share easier than its floor, the fastest connection, and the chain's budget of
 * shares allow.
 *
 * All connections have the same weight, so one running sum of time over weight is everybody's exposure: a share changes
 * the state of its own connection, and silence nobody's.
 * Pure: time is handed in, in milliseconds of any clock that only grows.
 */
export class LooseTarget {
  #options: LooseTargetOptions;
  #weight: bigint;
  readonly #seen = new Map<number, Seen>();
  /** Milliseconds over weight, since the beginning. */
  #exposure = 0;
  #lookedAt: number;
  /** The newest weight that is settled, for headers to come, and when another one was settled than before. */
  #planned: bigint;
  #changedAt: number;
  #desertedAt: number | undefined;
  #idle = false;

  /** @param weight in force before; the start weight where left out */
  constructor(options: LooseTargetOptions, now: number, weight = options.startWeight) {
    this.#options = options;
    this.#weight = this.#planned = this.#clamp(weight);
    this.#lookedAt = this.#changedAt = this.#desertedAt = now;
  }

  /** The weight where nobody is known. */
  get startWeight(): bigint {
    return this.#clamp(this.#options.startWeight);
  }

  /** The weight of the newest header. */
  get weight(): bigint {
    return this.#weight;
  }

  /** The ports' rules changed: they hold for the next weight that is proposed. */
  update(options: LooseTargetOptions): void {
    this.#options = options;
  }

  /**
   * To be called about every second, or silence would not count.
   * @param idle nobody can have shares credited at the moment (no node gives work): silence says nothing
   */
  look(now: number, idle: boolean): void {
    this.#look(now);
    this.#idle = idle;
  }

  /** A connection has a job. Again is harmless. */
  join(connection: number, now: number): void {
    if (this.#seen.has(connection)) return;
    this.#look(now);
    this.#desertedAt = undefined;
    this.#seen.set(connection, { shares: 0, from: this.#exposure, former: undefined, aliveAt: now });
  }

  leave(connection: number, now: number): void {
    if (this.#seen.delete(connection) && this.#seen.size === 0) this.#desertedAt = now;
  }

  /** A share was credited. @param weight that of its own header */
  share(connection: number, weight: bigint, now: number): void {
    const seen = this.#seen.get(connection);
    // Of a connection that has ended: it will show nothing more.
    if (seen === undefined) return;
    this.#look(now);
    seen.aliveAt = now;
    // A late share of an easier header counts for what it is; one of a harder header is no proof of more than one.
    seen.shares += Math.min(1, Number(weight) / Number(this.#weight));
    if (seen.shares <= MEMORY) return;
    seen.from = this.#exposure - (this.#exposure - seen.from) * (MEMORY / seen.shares);
    seen.shares = MEMORY;
  }

  /** The weight for headers that nobody can have seen yet. */
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
    const wait = step >= FAR ? FAR_CHANGE_MS : CHANGE_MS;
    const moves = step > DEAD_BAND && now - this.#changedAt >= wait;
    return this.#clamp(moves ? weightOnGrid(wanted) : this.#planned);
  }

  /** This weight was settled for headers to come: the one proposed, or that of another process. */
  plan(weight: bigint, now: number): void {
    if (weight === this.#planned) return;
    this.#planned = weight;
    this.#changedAt = now;
  }

  /** A header went out with this weight, which was settled before. */
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

  /** Hashes per millisecond; undefined where nothing is known. */
  #rateOf({ shares, from, former }: Seen): number | undefined {
    const exposure = this.#exposure - from;
    if (shares >= TELLING)
      return (shares * this.#wakefulness(shares, exposure)) / Math.max(exposure, Number.MIN_VALUE);
    // A known rate holds until silence speaks against it: twice the wanted distance is still chance.
    return former === undefined ? undefined : Math.min(former, (shares + 2) / exposure);
  }

  #isBurst(): boolean {
    return [...this.#seen.values()].some(({ shares, from }) => {
      const exposure = this.#exposure - from;
      return shares >= TELLING && exposure * Number(this.#weight) < shares * SLEEP_MS;
    });
  }

  /** How much faster a connection hashes than its shares say: what a second's sleep after each of them takes away. */
  #wakefulness(shares: number, exposure: number): number {
    const distanceMs = (exposure * Number(this.#weight)) / shares;
    if (distanceMs < SLEEP_MS || distanceMs >= RESTED_MS) return 1;
    return Math.min(distanceMs / (distanceMs - SLEEP_MS), MAX_STEP_UP);
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
        // Who has shown too little may be as fast as this and no faster.
        fewest = (seen.shares + 1) / exposure;
      }
    }
    const fastestMs = Math.max(FASTEST_MS, this.#options.shareIntervalMs);
    const slowestMs = Math.max(SLOWEST_MS, fastestMs);
    // Nobody is known: the silence of whoever has waited longest says that a share is too hard, never too easy.
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
