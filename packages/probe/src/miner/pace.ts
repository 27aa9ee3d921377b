import type { StageDialect } from './dialect.ts';

/** Shares that the rate is measured from. */
const WINDOW = 8;
/** A target is moved only where it is off by more than this. */
const TOLERANCE = 3;

/** Aims at so many shares a second that checks are quick and nobody is flooded. */
export class Pace {
  readonly #dialect: StageDialect;
  readonly #paceMs: number;
  readonly #shares: { readonly weight: bigint; readonly at: number }[] = [];
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
    this.#shares.push({ weight: this.#dialect.weight(target), at });
    if (this.#shares.length < WINDOW) return;
    const [first] = this.#shares;
    const elapsed = Math.max(1, at - (first?.at ?? at));
    // The first of them was found before the time began.
    const total = this.#shares.slice(1).reduce((sum, { weight }) => sum + weight, 0n);
    this.#shares.length = 0;
    const perPace = (total * BigInt(Math.round(this.#paceMs))) / BigInt(Math.ceil(elapsed));
    const wanted = perPace > 1n ? perPace : 1n;
    const current = this.#dialect.weight(this.#target);
    const off = wanted > current ? Number(wanted) / Number(current) : Number(current) / Number(wanted);
    if (off > TOLERANCE) this.#target = this.#dialect.targetOf(wanted);
  }

  /** Waits that are none of the miner's making would look like a slow miner. */
  pause(): void {
    this.#shares.length = 0;
  }
}
