import { Gcra } from './gcra.ts';
import { RateEvidence } from './rate-evidence.ts';
import { weightOnGrid } from './weight-grid.ts';

export interface VardiffOptions {
  /** Wanted time between two shares. */
  readonly intervalMs: number;
  /** Bounds of a share's weight (expected hashes). */
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Where a connection starts. */
  readonly startWeight: bigint;
  /** The start weight stays, whatever the miner does or asks for. */
  readonly fixed?: boolean;
}

/** Bounds of one step: a burst of late shares, or a miner that pauses, must not throw the weight out of reach. */
const MAX_STEP_UP = 256n;
const MAX_STEP_DOWN = 8n;

/** While a rate is being learnt shares come at this distance (or the port's, where that is shorter). */
const LEARNING_INTERVAL_MS = 2000;
/** So many shares know a rate to 1/sqrt(80) = 11 %; they cost 160 s of learning. */
const ENOUGH_SHARES = 80;
/** What is known by then must do, if it is anything: the rest is learnt at the port's own interval. */
const LEARNING_MS = 240_000;
const FEWEST_SHARES = 8;
/** A known rate that is in doubt is learnt in short: mostly it was chance, and the weight is far from its place. */
const DOUBT_INTERVAL_MS = 1000;
/** So many shares, where they agree with what was known before to this log-likelihood ratio (1.1 sigma). */
const ENOUGH_IN_DOUBT = 20;
const SAME = 0.6;
/** What seems another rate indeed is learnt to 14 %. */
const ENOUGH_CHANGED = 48;
/** Log-likelihood ratio from which a learning miner is held to be somewhere else (2.4 sigma). */
const OFF = 3;
/**
 * The same for a known rate that seems to have doubled or halved. That is asked every second for hours: at 5 chance
 * raises an alarm about once an hour, and a real doubling (0.39 an interval) is seen after two minutes, a halving
 * (0.15 an interval) after five. Lower, the false alarms alone would make the weight swing by more than 10 %.
 */
const CHANGED = 5;
/** A smaller correction is not worth a message to the miner. */
const DEAD_BAND = 0.08;
/** And a correction must be as large as this many standard errors of the rate. */
const SURE = 1.2;
/** So many silent intervals mean a step down: at the start, where nothing is known, and later, with its step. */
const SILENT_INTERVALS = 3;
const SILENT_INTERVALS_KNOWN = 12;
const SILENT_STEP_KNOWN = 2;
/** Each further step wants a silence so much longer: a miner that comes back after minutes must not flood. */
const PATIENCE = 1.5;
/** A suggestion begins the search anew; one a minute is plenty, and more would be a way round the search. */
const SUGGESTIONS = { perSecond: 1 / 60, burst: 4 };
/** A longer gap between two looks is this process's own sleep, not the miner's silence. */
const LONGEST_LOOK_MS = 10_000;
/** Shares whose weight differs by less are of the current target. */
const SAME_WEIGHT = 0.02;
/** Jobs come at least every 20 s: shares of another weight are no late ones then, but what the miner really does. */
const LATE_SHARES_MS = 30_000;
/** So many shares in one look tell something even where it is not known how long of it they had. */
const TELLING = 4;

/** learning: shares come fast until enough is known; settled; silent: it was settled, and nothing comes any more */
type Phase = 'learning' | 'settled' | 'silent';

/**
 * Finds the share weight at which a connection sends one share an interval.
 *
 * The weight is computed from an estimate of the hash rate, and changes only by more than chance explains: to multiply
 * the old difficulty by a ratio of intervals is known to swing for ever.
 * Pure: time is handed in, in milliseconds of any monotonic clock. `retarget` must be asked about once a second.
 */
export class Vardiff {
  #options: VardiffOptions;
  #weight: bigint;
  #evidence = new RateEvidence();
  #phase: Phase = 'learning';
  /** The rate was known once, so that silence is a pause rather than a weight that is far too high. */
  #known = false;
  /** Set by `d=` in a password. */
  #held = false;
  /** No share of the current weight has come yet: when the miner heard of it is not known. */
  #unproven = true;
  #silentSteps = 0;
  #lookedAt: number;
  #suggestions: Gcra | undefined;
  /** Milliseconds since the last change, since learning began, and since the last share. */
  #sinceChange = 0;
  #learnt = 0;
  #silence = 0;
  /** What came since the last look. */
  #came = 0;
  #cameWork = 0;

  constructor(options: VardiffOptions, now: number) {
    this.#options = options;
    this.#weight = this.#clamp(options.startWeight);
    this.#lookedAt = now;
  }

  get weight(): bigint {
    return this.#weight;
  }

  /** A share came with this weight. An honest duplicate or stale share counts here too: it shows the miner's rate. */
  onShare(weight: bigint): void {
    this.#came += 1;
    this.#cameWork += Number(weight);
  }

  /**
   * The miner asks for a weight: a new start within the bounds, from which the search goes on. Without effect where
   * the weight is fixed, and where suggestions come too often.
   * @returns the new weight if it changed
   */
  suggest(weight: bigint, now: number): bigint | undefined {
    if (this.#fixed) return undefined;
    this.#suggestions ??= new Gcra(SUGGESTIONS.perSecond, SUGGESTIONS.burst);
    return this.#suggestions.take(now) > 0 ? undefined : this.#restart(weight, now);
  }

  /**
   * The miner's password asks for a weight: it stays, within the bounds. Without effect on a port of fixed weight.
   * @returns the new weight if it changed
   */
  fix(weight: bigint, now: number): bigint | undefined {
    if (this.#options.fixed === true) return undefined;
    this.#held = true;
    return this.#restart(weight, now);
  }

  /** The port's rules changed. What is known of the rate stays known. @returns the new weight if it changed */
  update(options: VardiffOptions, now: number): bigint | undefined {
    const { fixed = false } = this.#options;
    this.#options = options;
    if (options.fixed === true) return this.#restart(options.startWeight, now);
    if (fixed) return this.#restart(this.#weight, now);
    return this.#move(this.#clamp(this.#weight));
  }

  /** The connection is back: the time since the last look was not silence. */
  resumed(now: number): void {
    this.#lookedAt = now;
    this.#came = 0;
    this.#cameWork = 0;
  }

  /** To be asked about once a second. @returns the new weight if it changed */
  retarget(now: number): bigint | undefined {
    const elapsed = now - this.#lookedAt;
    // A clock that stands still or steps back: what came is judged by the next look.
    if (elapsed <= 0) return undefined;
    const came = this.#came;
    const work = this.#cameWork;
    this.resumed(now);
    if (elapsed > LONGEST_LOOK_MS || this.#fixed) return undefined;
    this.#sinceChange += elapsed;
    if (this.#phase === 'learning') this.#learnt += elapsed;
    this.#silence = came > 0 ? 0 : this.#silence + elapsed;
    this.#witness(elapsed, came, work);
    if (this.#isSilent()) return this.#stepDown();
    if (this.#unproven) return undefined;
    return this.#phase === 'settled' ? this.#correct() : this.#learn();
  }

  get #fixed(): boolean {
    return this.#held || this.#options.fixed === true;
  }

  get #learningInterval(): number {
    return Math.min(this.#known ? DOUBT_INTERVAL_MS : LEARNING_INTERVAL_MS, this.#options.intervalMs);
  }

  get #enough(): number {
    if (!this.#known) return ENOUGH_SHARES;
    return this.#evidence.agrees(SAME) ? ENOUGH_IN_DOUBT : ENOUGH_CHANGED;
  }

  /** Takes what came since the last look as evidence, unless it is of an earlier weight. */
  #witness(elapsed: number, came: number, work: number): void {
    const weight = Number(this.#weight);
    if (came === 0) {
      if (!this.#unproven) this.#count(0, elapsed / weight);
      return;
    }
    const mean = work / came;
    const current = Math.abs(mean - weight) <= weight * SAME_WEIGHT;
    if (!current && this.#sinceChange < LATE_SHARES_MS) return;
    const first = this.#unproven;
    this.#unproven = false;
    this.#silentSteps = 0;
    if (this.#phase === 'silent') {
      this.#evidence.forget();
      this.#learnAgain();
    }
    // A Poisson process has no memory: what comes after the first share is fair, and nothing is known of before.
    if (!first || came >= TELLING) this.#count(came, elapsed / mean);
  }

  #count(shares: number, exposure: number): void {
    if (this.#phase === 'settled') this.#evidence.test(shares, exposure);
    this.#evidence.add(shares, exposure);
  }

  #isSilent(): boolean {
    // While learning, a pause between two shares is the evidence's to judge.
    if (this.#phase === 'learning' && this.#evidence.shares > 0) return false;
    const wait = this.#known
      ? SILENT_INTERVALS_KNOWN * this.#options.intervalMs
      : SILENT_INTERVALS * this.#learningInterval;
    return this.#silence > wait * PATIENCE ** this.#silentSteps;
  }

  #stepDown(): bigint | undefined {
    if (this.#phase === 'settled') this.#evidence.doubt();
    else this.#evidence.forget();
    if (this.#known) this.#phase = 'silent';
    this.#silentSteps += 1;
    return this.#step(this.#known ? Number(this.#weight) / SILENT_STEP_KNOWN : 0);
  }

  /** Is the weight far from where shares come at the learning interval? Is enough known? */
  #learn(): bigint | undefined {
    const { shares, rate } = this.#evidence;
    if (shares === 0) return undefined;
    const interval = this.#learningInterval;
    const now = Number(this.#weight) / interval;
    const far = rate > 2 * now || 2 * rate < now;
    if (far && this.#evidence.against(now) > OFF) {
      const next = this.#step(rate * interval);
      // Shares that the miner or the line could not send as fast as they were found are no measure of the next
      // weight. At a bound nothing moves, and the rate is learnt from what comes there.
      if (next !== undefined) {
        this.#evidence.forget();
        return next;
      }
    }
    if (shares < this.#enough && (this.#learnt < LEARNING_MS || shares < FEWEST_SHARES)) return undefined;
    this.#phase = 'settled';
    this.#known = true;
    this.#evidence.reconcile(SAME);
    return this.#step(this.#evidence.rate * this.#options.intervalMs);
  }

  /** Follows a rate that has changed, and corrects what more evidence shows to have been chance. */
  #correct(): bigint | undefined {
    const since = this.#evidence.changed(CHANGED);
    if (since === 0) return this.#stepDown();
    if (since !== undefined) {
      this.#learnAgain();
      this.#evidence.doubt();
      return this.#step(since * this.#learningInterval);
    }
    const { shares, rate } = this.#evidence;
    const next = rate * this.#options.intervalMs;
    const change = Math.abs(next / Number(this.#weight) - 1);
    if (change <= Math.max(DEAD_BAND, SURE / Math.sqrt(shares))) return undefined;
    return this.#step(next);
  }

  #learnAgain(): void {
    this.#phase = 'learning';
    this.#learnt = 0;
  }

  #restart(weight: bigint, now: number): bigint | undefined {
    this.resumed(now);
    this.#learnAgain();
    this.#known = false;
    this.#evidence = new RateEvidence();
    this.#silence = 0;
    this.#silentSteps = 0;
    this.#unproven = true;
    this.#sinceChange = 0;
    return this.#move(this.#clamp(weight));
  }

  /** Towards a weight, no further than one step may go. */
  #step(next: number): bigint | undefined {
    const from = this.#weight;
    return this.#move(this.#clamp(within(weightOnGrid(next), from / MAX_STEP_DOWN, from * MAX_STEP_UP)));
  }

  #move(weight: bigint): bigint | undefined {
    if (weight === this.#weight) return undefined;
    this.#weight = weight;
    this.#unproven = true;
    this.#sinceChange = 0;
    return weight;
  }

  #clamp(weight: bigint): bigint {
    const bounded = within(weight, this.#options.minWeight, this.#options.maxWeight);
    return bounded < 1n ? 1n : bounded;
  }
}

function within(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}
