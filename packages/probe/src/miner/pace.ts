import type { StageDialect } from './dialect.ts';

/** Shares that the rate is measured from, and for how many paces it is waited for them. */
const WINDOW = 6;
const LONGEST = 8;
/** A target is moved only where it is off by more than this. */
const TOLERANCE = 3;

/** Aims at so many shares a second that checks are quick and nobody is flooded. */
export class Pace {
  readonly #dialect: StageDialect;
  readonly #paceMs: number;
  /** Since the first share of the window, which was found before it began. */
  #since: number | undefined;
  #weight = 0n;
  #count = 0;
  #target: bigint;

  constructor(options: { readonly paceMs: number }, modules: { readonly dialect: StageDialect }) {
    this.#paceMs = options.paceMs;
    this.#dialect = modules.dialect;
    this.#target = modules.dialect.firstTarget;
  }

  /** For the next job. */
  get target(): bigint {
    return this.#target;
  }

  /** A share of a job with this target has come. */
  share(target: bigint, at: number): void {
    if (this.#since === undefined) {
      this.#since = at;
      return;
    }
    this.#weight += this.#dialect.weight(target);
    this.#count += 1;
    // Shares of a fast miner come in bursts: a short time says nothing.
    const elapsed = at - this.#since;
    if (elapsed < 2 * this.#paceMs || (this.#count < WINDOW && elapsed < LONGEST * this.#paceMs)) return;
    const perPace = (this.#weight * BigInt(Math.round(this.#paceMs))) / BigInt(Math.ceil(elapsed));
    this.pause();
    const wanted = perPace > 1n ? perPace : 1n;
    const current = this.#dialect.weight(this.#target);
    const off = wanted > current ? Number(wanted) / Number(current) : Number(current) / Number(wanted);
    if (off > TOLERANCE) this.#target = this.#dialect.targetOf(wanted);
  }

  /** Waits that are none of the miner's making would look like a slow miner. */
  pause(): void {
    this.#since = undefined;
    this.#weight = 0n;
    this.#count = 0;
  }
}
