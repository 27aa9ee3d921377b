import { Gcra } from './gcra.ts';
import { RateEvidence } from './rate-evidence.ts';
import { ShareLooks } from './share-looks.ts';
import { Silence } from './silence.ts';
import type { VardiffOptions } from './vardiff-options.ts';
import {
  CHANGED,
  DEAD_BAND,
  DOUBT_INTERVAL_MS,
  ENOUGH_CHANGED,
  ENOUGH_IN_DOUBT,
  ENOUGH_SHARES,
  FEWEST_SHARES,
  LATE_SHARES_MS,
  LEARNING_INTERVAL_MS,
  LEARNING_MS,
  LOOK_MS,
  OFF,
  SAME,
  SHORTEST_LEARNING_MS,
  STEP_DOWN,
  STEP_DOWN_KNOWN,
  SUGGESTIONS,
  SURE,
  TELLING,
} from './vardiff-tuning.ts';
import { clampWeight, sameWeight, WantedWeight } from './wanted-weight.ts';
import { weightOnGrid } from './weight-grid.ts';

/** learning: shares come fast until enough is known; settled; silent: it was settled, and nothing comes any more */
type Phase = 'learning' | 'settled' | 'silent';

/**
 * Finds the share weight at which a connection sends one share an interval.
 *
 * It only wants a weight. The weight in force is that of the newest job that left (`granted`), which may come a second
 * later or minutes: until then shares and silence belong to the former weight, and what is wanted follows them.
 *
 * The weight is computed from an estimate of the hash rate, and changes only by more than chance explains: to multiply
 * the old difficulty by a ratio of intervals is known to swing for ever.
 * Pure: time is handed in, in milliseconds of any monotonic clock. `retarget` must be asked about once a second.
 */
export class Vardiff {
  #options: VardiffOptions;
  readonly #weight: WantedWeight;
  /** The miner or the operator asked for the pending weight: nothing else is wanted before it has been in force. */
  #asked = false;
  /** What is known by now is no measure for the pending weight: it is to be found from there on. */
  #afresh = false;
  /** The miner sends faster than it is read: it may be faster by any factor. */
  #slowed = false;
  #evidence = new RateEvidence();
  #phase: Phase = 'learning';
  /** The rate was known once, so that silence is a pause rather than a weight that is far too high. */
  #known = false;
  /** Set by `d=` in a password. */
  #held = false;
  /** No share of the weight in force has come yet: when the miner heard of it is not known. */
  #unproven = true;
  /** Late shares came in the look before. */
  #behind = false;
  /** Weight of the shares that came last. */
  #shown = 0;
  #silence = new Silence();
  #suggestions: Gcra | undefined;
  readonly #looks: ShareLooks;
  /** Milliseconds with a job: under the weight in force, and of learning. */
  #sinceGranted = 0;
  #learnt = 0;

  constructor(options: VardiffOptions, now: number) {
    this.#options = options;
    this.#weight = new WantedWeight(clampWeight(options.startWeight, options));
    this.#looks = new ShareLooks(now);
  }

  /** What is wanted: to hold from the next work on. */
  get weight(): bigint {
    return this.#weight.wanted;
  }

  /**
   * A job left. The clock starts with the first one, and what comes from now on is evidence of this weight.
   * @param settled weight of its work: what is wanted, or what was wanted when the work was made
   * @param worth of its shares, less where the chain's own target is easier
   */
  granted(settled: bigint, now: number, worth = settled): void {
    if (!sameWeight(worth, this.#weight.inForce)) this.#look(now);
    if (this.#weight.grant(settled, worth)) this.#takeEffect();
    this.#looks.hand(now);
  }

  /** The chain gives work: silence counts, if the miner has had a job. */
  working(now: number): void {
    this.#looks.work(now);
  }

  /** An outage, or all that the miner has is stale: its silence says nothing until `working` or the next job. */
  idle(now: number): void {
    this.#look(now);
    this.#looks.rest();
  }

  /** The connection is back: no time counts until its first job. */
  resumed(now: number): void {
    this.#looks.reconnect(now);
  }

  /**
   * A share came whose work has this weight. An honest duplicate or stale share counts here too: it shows the miner's
   * rate.
   */
  onShare(weight: bigint): void {
    this.#looks.add(weight, this.#weight.inForce);
  }

  /** Shares wait in the miner's socket: it sends more than it may, and is not read for a while. */
  slowed(): void {
    this.#slowed = true;
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
    if (fixed) return this.#restart(this.#weight.wanted, now);
    return this.#want(this.#weight.wanted);
  }

  /** To be asked about once a second. @returns the wanted weight if it changed */
  retarget(now: number): bigint | undefined {
    if (!this.#look(now) || this.#asked) return undefined;
    if (this.#isSilent()) return this.#stepDown();
    if (this.#unproven) return undefined;
    return this.#phase === 'settled' ? this.#correct() : this.#learn();
  }

  get #fixed(): boolean {
    return this.#held || this.#options.fixed === true;
  }

  get #learningInterval(): number {
    const { intervalMs, learningIntervalMs = 0 } = this.#options;
    const learning = this.#known ? DOUBT_INTERVAL_MS : LEARNING_INTERVAL_MS;
    return Math.min(Math.max(learning, learningIntervalMs), intervalMs);
  }

  get #enough(): number {
    if (!this.#known) return ENOUGH_SHARES;
    return this.#evidence.agrees(SAME) ? ENOUGH_IN_DOUBT : ENOUGH_CHANGED;
  }

  /** What was wanted is in force, as far as it can be. */
  #takeEffect(): void {
    if (this.#afresh) this.#evidence.forget();
    this.#asked = this.#asked && this.#weight.pending;
    this.#afresh = this.#slowed = false;
    this.#unproven = true;
    this.#sinceGranted = 0;
    this.#silence.begin();
  }

  /** Takes what came since the last look as evidence of the weight in force. @returns whether anything can be said */
  #look(now: number): boolean {
    const elapsed = this.#looks.close(now);
    if (elapsed === 0 || this.#fixed) return false;
    this.#sinceGranted += elapsed;
    if (this.#phase === 'learning') this.#learnt += elapsed;
    const { own, other } = this.#looks;
    this.#silence.pass(elapsed, own + other);
    const behind = this.#behind || other > 0;
    this.#behind = other > 0;
    // What is read of a known miner that sends too fast says nothing about its rate.
    if (this.#slowed && this.#phase === 'settled') return true;
    // Jobs come far more often: this miner stays with what it had.
    const stays = own === 0 && other > 0 && this.#sinceGranted >= LATE_SHARES_MS;
    if (own > 0) this.#witness(elapsed, own, Number(this.#weight.inForce), behind);
    else if (stays) this.#witness(elapsed, other, this.#looks.otherMean, false);
    else if (other === 0 && !this.#unproven) this.#count(0, elapsed / this.#shown);
    return true;
  }

  /** @param behind it was found at any time since the weight is in force, but late shares had to be read before it */
  #witness(elapsed: number, shares: number, weight: number, behind: boolean): void {
    if (this.#phase === 'silent') {
      this.#evidence.forget();
      this.#learnAgain();
      this.#unproven = true;
    }
    const first = this.#unproven;
    this.#shown = weight;
    this.#unproven = false;
    this.#silence.end();
    // A Poisson process has no memory: what comes after the first share is fair, and nothing is known of before.
    if (!first) this.#count(shares, elapsed / weight);
    else if (behind) this.#count(shares, this.#sinceGranted / weight);
    else if (shares >= TELLING) this.#count(shares, Math.max(elapsed, LOOK_MS) / weight);
  }

  #count(shares: number, exposure: number): void {
    if (this.#phase === 'settled') this.#evidence.test(shares, exposure);
    this.#evidence.add(shares, exposure);
  }

  #isSilent(): boolean {
    // While learning, a pause between two shares is the evidence's to judge.
    if (this.#phase === 'learning' && this.#evidence.shares > 0 && !this.#unproven) return false;
    const known = this.#known;
    return this.#silence.exceeds(known ? this.#options.intervalMs : this.#learningInterval, known);
  }

  /** One silence is one step; where that waits for a job, it may grow meanwhile to what so long a silence says. */
  #stepDown(): bigint | undefined {
    const weight = Number(this.#weight.inForce);
    const known = this.#known;
    if (this.#silence.easing && known) return undefined;
    const next = known
      ? weight / STEP_DOWN_KNOWN
      : weight / Math.max(STEP_DOWN, this.#silence.ms / this.#learningInterval);
    if (this.#silence.easing) return this.#refine(next);
    const wanted = this.#want(weightOnGrid(next));
    this.#silence.step(this.#weight.pending);
    if (this.#phase === 'settled') this.#evidence.doubt();
    else if (known || this.#weight.pending) this.#evidence.forget();
    if (known) this.#phase = 'silent';
    return wanted;
  }

  /** Is the weight far from where shares come at the learning interval? Is enough known? */
  #learn(): bigint | undefined {
    const { shares, rate } = this.#evidence;
    if (shares === 0) return undefined;
    const interval = this.#learningInterval;
    const here = Number(this.#weight.inForce) / interval;
    const far = rate > 2 * here || 2 * rate < here;
    const enough = shares >= this.#enough;
    // Where a job is long in coming, enough is known before the weight is where it is to be learnt.
    const long = !this.#known || Math.min(this.#sinceGranted, this.#learnt) >= SHORTEST_LEARNING_MS;
    if (enough && long && !this.#slowed) return this.#settle();
    if (far && this.#evidence.against(here) > OFF) {
      // Shares that the miner or the line could not send as fast as they were found are no measure of the next
      // weight. At a bound nothing moves, and the rate is learnt from what comes there.
      const next = this.#towards(rate, interval);
      const { pending, wanted, inForce } = this.#weight;
      if (!sameWeight(next, inForce) && (pending || !sameWeight(next, wanted))) {
        this.#afresh = true;
        return this.#refine(Number(next));
      }
    }
    if (this.#weight.pending && !far) {
      this.#afresh = false;
      return this.#want(this.#weight.inForce);
    }
    if (!enough && (this.#learnt < LEARNING_MS || shares < FEWEST_SHARES)) return undefined;
    return this.#settle();
  }

  #settle(): bigint | undefined {
    this.#phase = 'settled';
    this.#known = true;
    this.#afresh = false;
    this.#evidence.reconcile(SAME);
    const { intervalMs } = this.#options;
    return this.#want(this.#towards(this.#evidence.rate, intervalMs));
  }

  /** Follows a rate that has changed, and corrects what more evidence shows to have been chance. */
  #correct(): bigint | undefined {
    const since = this.#evidence.changed(CHANGED);
    if (since === 0) return this.#stepDown();
    if (since !== undefined) {
      this.#learnAgain();
      this.#evidence.doubt();
      const interval = this.#learningInterval;
      return this.#want(this.#towards(since, interval));
    }
    const { shares, rate } = this.#evidence;
    const { intervalMs } = this.#options;
    const next = rate * intervalMs;
    const change = Math.abs(next / Number(this.#weight.wanted) - 1);
    if (change <= Math.max(DEAD_BAND, SURE / Math.sqrt(shares))) return undefined;
    return this.#want(this.#towards(rate, intervalMs));
  }

  #learnAgain(): void {
    this.#phase = 'learning';
    this.#learnt = 0;
  }

  #restart(weight: bigint, now: number): bigint | undefined {
    this.#looks.close(now);
    this.#learnAgain();
    this.#known = this.#afresh = false;
    this.#evidence = new RateEvidence();
    this.#silence = new Silence();
    this.#unproven = true;
    this.#sinceGranted = 0;
    const wanted = this.#want(weight);
    this.#asked = this.#weight.pending;
    return wanted;
  }

  /** The weight where shares come at this interval by a rate, no further down than few shares can tell. */
  #towards(rate: number, interval: number): bigint {
    const { shares, rate: known } = this.#evidence;
    const most = Number(this.#weight.inForce) / STEP_DOWN;
    const careful = shares === 0 ? most : (known + known / shares) * interval;
    return clampWeight(weightOnGrid(Math.max(rate * interval, Math.min(most, careful))), this.#options);
  }

  /** What is pending is not changed for trifles. */
  #refine(weight: number): bigint | undefined {
    const { shares } = this.#evidence;
    const change = Math.abs(weight / Number(this.#weight.wanted) - 1);
    if (this.#weight.pending && change <= Math.max(DEAD_BAND, shares === 0 ? 0 : 1 / Math.sqrt(shares)))
      return undefined;
    return this.#want(weightOnGrid(weight));
  }

  /** Holds from the next job on. */
  #want(weight: bigint): bigint | undefined {
    return this.#weight.want(clampWeight(weight, this.#options));
  }
}
