import { Gcra } from './gcra.ts';
import { RateEvidence } from './rate-evidence.ts';
import { RateSearch } from './rate-search.ts';
import { ShareLooks } from './share-looks.ts';
import { Silence } from './silence.ts';
import type { VardiffOptions } from './vardiff-options.ts';
import {
  CHANGED,
  DEAD_BAND,
  FEWEST_SHARES,
  LATE_SHARES_MS,
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

/**
 * Finds the share weight at which a connection sends one share per interval.
 *
 * It only wants a weight. The weight in force is that of the newest job that was sent (`granted`), which may be a
 * second or minutes later. Until then shares and silence are evidence about the former weight, and the wanted weight
 * follows that evidence.
 *
 * The weight comes from an estimate of the hash rate, and changes only if the evidence is stronger than chance
 * explains. The simple rule, to multiply the old difficulty by a ratio of intervals, is known to swing for ever. Pure:
 * callers hand in the time, in milliseconds of a monotonic clock, and call `retarget` about once a second.
 */
export class Vardiff {
  #options: VardiffOptions;
  readonly #weight: WantedWeight;
  /** The miner or the operator asked for the pending weight: no other weight is wanted before it comes into force. */
  #asked = false;
  /** The evidence so far is no measure of the pending weight: forget it when that weight comes into force. */
  #afresh = false;
  /** The miner sends faster than the pool reads it: its true rate may be higher by any factor. */
  #slowed = false;
  /** Made with the first share: a connection without one has none, and thousands of those are open. */
  #rate: RateEvidence | undefined;
  readonly #search = new RateSearch();
  /** `d=` in a password fixed the weight. */
  #held = false;
  /** No share of the weight in force has come yet, so it is not known since when the miner uses it. */
  #unproven = true;
  /** The look before had late shares, of another weight. */
  #behind = false;
  /** Weight of the shares that came last. */
  #shown = 0;
  #silence = new Silence();
  #suggestions: Gcra | undefined;
  readonly #looks: ShareLooks;
  /** Milliseconds in which the miner had a job under the weight in force. */
  #sinceGranted = 0;

  constructor(options: VardiffOptions, now: number) {
    this.#options = options;
    this.#weight = new WantedWeight(clampWeight(options.startWeight, options));
    this.#looks = new ShareLooks(now);
  }

  /** The wanted weight, for the next work on. */
  get weight(): bigint {
    return this.#weight.wanted;
  }

  /**
   * A job was sent. The clock starts with the first job, and from now on shares are evidence about this weight.
   * @param settled weight of its work: the wanted weight, or the one that was wanted when the work was made
   * @param worth weight of its shares, which is lower if the chain's own target is easier
   */
  granted(settled: bigint, now: number, worth = settled): void {
    if (!sameWeight(worth, this.#weight.inForce)) this.#look(now);
    if (this.#weight.grant(settled, worth)) this.#takeEffect();
    this.#looks.hand(now);
  }

  /** The chain gives work again: silence counts, if the miner has had a job. */
  working(now: number): void {
    this.#looks.work(now);
  }

  /** An outage, or the miner has only stale jobs: its silence means nothing until `working` or the next job. */
  idle(now: number): void {
    this.#look(now);
    this.#looks.rest();
  }

  /** The session goes on with a new connection: no time counts until its first job. */
  resumed(now: number): void {
    this.#looks.reconnect(now);
  }

  /**
   * A share came for a work of this weight. An honest duplicate or stale share counts too: it shows the miner's rate.
   */
  onShare(weight: bigint): void {
    this.#looks.add(weight, this.#weight.inForce);
  }

  /** The miner sends more than it may, so the pool pauses reading, and shares wait in its socket. */
  slowed(): void {
    this.#slowed = true;
  }

  /**
   * The miner asks for a weight: the search starts again from there, within the bounds. This has no effect if the
   * weight is fixed, or if suggestions come too often.
   * @returns the new weight if it changed
   */
  suggest(weight: bigint, now: number): bigint | undefined {
    if (this.#fixed) return undefined;
    this.#suggestions ??= new Gcra(SUGGESTIONS.perSecond, SUGGESTIONS.burst);
    return this.#suggestions.take(now) > 0 ? undefined : this.#restart(weight, now);
  }

  /**
   * The miner's password asks for a weight, which then stays, within the bounds. This has no effect on a port whose
   * weight is fixed.
   * @returns the new weight if it changed
   */
  fix(weight: bigint, now: number): bigint | undefined {
    if (this.#options.fixed === true) return undefined;
    this.#held = true;
    return this.#restart(weight, now);
  }

  /**
   * The port's options changed. Evidence about the rate is kept, unless the port begins or ends to fix its weight.
   * @returns the new weight if it changed
   */
  update(options: VardiffOptions, now: number): bigint | undefined {
    const { fixed = false } = this.#options;
    this.#options = options;
    if (options.fixed === true) return this.#restart(options.startWeight, now);
    if (fixed) return this.#restart(this.#weight.wanted, now);
    return this.#want(this.#weight.wanted);
  }

  /** Call it about once a second. @returns the wanted weight if it changed */
  retarget(now: number): bigint | undefined {
    if (!this.#look(now) || this.#asked) return undefined;
    if (this.#isSilent()) return this.#stepDown();
    if (this.#unproven) return undefined;
    return this.#search.phase === 'settled' ? this.#correct() : this.#learn();
  }

  get #evidence(): RateEvidence {
    this.#rate ??= new RateEvidence();
    return this.#rate;
  }

  get #fixed(): boolean {
    return this.#held || this.#options.fixed === true;
  }

  get #learningInterval(): number {
    return this.#search.learningInterval(this.#options);
  }

  /** A job brought another weight into force, or the wanted one as far as the chain's own target allows. */
  #takeEffect(): void {
    if (this.#afresh) this.#rate?.forget();
    this.#asked = this.#asked && this.#weight.pending;
    this.#afresh = this.#slowed = false;
    this.#unproven = true;
    this.#sinceGranted = 0;
    this.#silence.begin();
  }

  /** Takes the shares since the last look as evidence. @returns false if nothing can be judged now */
  #look(now: number): boolean {
    const elapsed = this.#looks.close(now);
    if (elapsed === 0 || this.#fixed) return false;
    this.#sinceGranted += elapsed;
    this.#search.pass(elapsed);
    const { own, other } = this.#looks;
    this.#silence.pass(elapsed, own + other);
    const behind = this.#behind || other > 0;
    this.#behind = other > 0;
    // The shares that the pool reads from a known miner that sends too fast do not show its rate.
    if (this.#slowed && this.#search.phase === 'settled') return true;
    // The miner had ample time to take up the new weight: it stays with the former one, so measure it by that.
    const stays = own === 0 && other > 0 && this.#sinceGranted >= LATE_SHARES_MS;
    if (own > 0) this.#witness(elapsed, own, Number(this.#weight.inForce), behind);
    else if (stays) this.#witness(elapsed, other, this.#looks.otherMean, false);
    else if (other === 0 && !this.#unproven) this.#count(0, elapsed / this.#shown);
    return true;
  }

  /**
   * Counts shares of one weight.
   * @param behind late shares were read before these, so they may have been found at any time since the weight is in
   *   force
   */
  #witness(elapsed: number, shares: number, weight: number, behind: boolean): void {
    if (this.#search.phase === 'silent') {
      this.#evidence.forget();
      this.#search.learn();
      this.#unproven = true;
    }
    const first = this.#unproven;
    this.#shown = weight;
    this.#unproven = false;
    this.#silence.end();
    // A Poisson process has no memory: time after the first share is fair evidence. Of the time before it, nobody knows
    // how much the miner worked under this weight.
    if (!first) this.#count(shares, elapsed / weight);
    else if (behind) this.#count(shares, this.#sinceGranted / weight);
    else if (shares >= TELLING) this.#count(shares, Math.max(elapsed, LOOK_MS) / weight);
  }

  #count(shares: number, exposure: number): void {
    if (this.#search.phase === 'settled') this.#evidence.test(shares, exposure);
    this.#evidence.add(shares, exposure);
  }

  #isSilent(): boolean {
    // While learning, the evidence judges a pause between two shares.
    const shares = this.#rate?.shares ?? 0;
    if (this.#search.phase === 'learning' && shares > 0 && !this.#unproven) return false;
    const { known } = this.#search;
    return this.#silence.exceeds(known ? this.#options.intervalMs : this.#learningInterval, known);
  }

  /** One silence gives one step down. While that step waits for a job, it may grow with the silence. */
  #stepDown(): bigint | undefined {
    const weight = Number(this.#weight.inForce);
    const { known } = this.#search;
    if (this.#silence.easing && known) return undefined;
    const next = known
      ? weight / STEP_DOWN_KNOWN
      : weight / Math.max(STEP_DOWN, this.#silence.ms / this.#learningInterval);
    if (this.#silence.easing) return this.#refine(next);
    const wanted = this.#want(weightOnGrid(next));
    this.#silence.step(this.#weight.pending);
    if (this.#search.phase === 'settled') this.#evidence.doubt();
    else if (known || this.#weight.pending) this.#rate?.forget();
    if (known) this.#search.fallSilent();
    return wanted;
  }

  /** Settles once enough is known; before that, moves the weight if shares are far from the learning interval. */
  #learn(): bigint | undefined {
    const { shares, rate } = this.#evidence;
    if (shares === 0) return undefined;
    const interval = this.#learningInterval;
    const here = Number(this.#weight.inForce) / interval;
    const far = rate > 2 * here || 2 * rate < here;
    const enough = shares >= this.#search.enough(this.#evidence);
    // If a job takes long to come, enough shares may be there before the learning weight is in force.
    const long =
      !this.#search.known || Math.min(this.#sinceGranted, this.#search.learntMs) >= SHORTEST_LEARNING_MS;
    if (enough && long && !this.#slowed) return this.#settle();
    if (far && this.#evidence.against(here) > OFF) {
      // The miner or its line could not send these shares as fast as it found them, so they are no measure of the next
      // weight. At a bound the weight cannot move, and the rate is learnt from the shares that come there.
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
    if (!enough && (this.#search.learntMs < LEARNING_MS || shares < FEWEST_SHARES)) return undefined;
    return this.#settle();
  }

  #settle(): bigint | undefined {
    this.#search.settle();
    this.#afresh = false;
    this.#evidence.reconcile(SAME);
    const { intervalMs } = this.#options;
    return this.#want(this.#towards(this.#evidence.rate, intervalMs));
  }

  /** Follows a rate that has changed, and corrects small errors of the weight as more evidence comes. */
  #correct(): bigint | undefined {
    const since = this.#evidence.changed(CHANGED);
    if (since === 0) return this.#stepDown();
    if (since !== undefined) {
      this.#search.learn();
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

  #restart(weight: bigint, now: number): bigint | undefined {
    this.#looks.close(now);
    this.#search.begin();
    this.#afresh = false;
    this.#rate = undefined;
    this.#silence = new Silence();
    this.#unproven = true;
    this.#sinceGranted = 0;
    const wanted = this.#want(weight);
    this.#asked = this.#weight.pending;
    return wanted;
  }

  /** The weight at which this rate gives one share per interval. Few shares allow only a limited step down. */
  #towards(rate: number, interval: number): bigint {
    const { shares, rate: known } = this.#evidence;
    const most = Number(this.#weight.inForce) / STEP_DOWN;
    const careful = shares === 0 ? most : (known + known / shares) * interval;
    return clampWeight(weightOnGrid(Math.max(rate * interval, Math.min(most, careful))), this.#options);
  }

  /** Changes the wanted weight, but a pending one only if the change is larger than chance explains. */
  #refine(weight: number): bigint | undefined {
    const shares = this.#rate?.shares ?? 0;
    const change = Math.abs(weight / Number(this.#weight.wanted) - 1);
    if (this.#weight.pending && change <= Math.max(DEAD_BAND, shares === 0 ? 0 : 1 / Math.sqrt(shares)))
      return undefined;
    return this.#want(weightOnGrid(weight));
  }

  /** Wants a weight, which comes into force with a later job. */
  #want(weight: bigint): bigint | undefined {
    return this.#weight.want(clampWeight(weight, this.#options));
  }
}
