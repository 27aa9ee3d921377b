import type { MinerDialect } from '../dialect.ts';

/** The rate is measured over this many shares, or over this many times `paceMs` where fewer come. */
const WINDOW_SHARES = 6;
const WINDOW_INTERVALS = 8;
/** The target moves only where the rate is off by more than this factor. */
const TOLERANCE_FACTOR = 3;

/** Chooses targets so that a share comes about every `paceMs`: checks are quick, and shares do not flood the probe. */
export class Vardiff {
  readonly #dialect: MinerDialect;
  readonly #paceMs: number;
  /** The window that is measured: its begin, the begin of the newest burst, the last share, and the weight of the shares since the begin. */
  #window: { since: number; burst: number; last: number; weight: bigint; count: number } | undefined;
  #target: bigint;

  /** @param options `rate`: solutions or hashes a second; measured where left out */
  constructor(
    options: { readonly paceMs: number; readonly rate?: number | undefined },
    modules: { readonly dialect: MinerDialect },
  ) {
    const { paceMs, rate } = options;
    const { dialect } = modules;
    this.#paceMs = paceMs;
    this.#dialect = dialect;
    this.#target =
      rate === undefined ? dialect.firstTarget : dialect.targetOf(BigInt(Math.ceil((rate * paceMs) / 1000)));
  }

  /** The target of the next job. */
  get target(): bigint {
    return this.#target;
  }

  /** Counts a share of a job with this target. Shares of a fast miner come in bursts, and a burst is counted whole. */
  share(target: bigint, at: number): void {
    const near = this.#paceMs / 4;
    this.#window ??= { since: at, burst: at, last: at, weight: 0n, count: -1 };
    const window = this.#window;
    // The miner found the shares of the first burst before the window began.
    const opening = window.count < 0 && at - window.burst < near;
    if (opening) {
      window.since = at;
      window.last = at;
      return;
    }
    if (at - window.last > near) {
      if (this.#ripe(window.last - window.since, window.count)) this.#decide(window, window.last);
      window.burst = at;
    } else if (at - window.burst > 2 * this.#paceMs) {
      this.#decide(window, at);
      window.burst = at;
    }
    window.weight += this.#dialect.weight(target);
    window.count = Math.max(0, window.count) + 1;
    window.last = at;
  }

  /** Begins a new window: the pauses between checks would make the miner look slow. */
  pause(): void {
    this.#window = undefined;
  }

  #ripe(elapsed: number, count: number): boolean {
    return (
      elapsed >= 2 * this.#paceMs && (count >= WINDOW_SHARES || elapsed >= WINDOW_INTERVALS * this.#paceMs)
    );
  }

  #decide(window: { since: number; weight: bigint; count: number }, end: number): void {
    const elapsed = BigInt(Math.max(1, Math.ceil(end - window.since)));
    const perPace = (window.weight * BigInt(Math.round(this.#paceMs))) / elapsed;
    const wanted = perPace > 1n ? perPace : 1n;
    const current = this.#dialect.weight(this.#target);
    const off = wanted > current ? Number(wanted) / Number(current) : Number(current) / Number(wanted);
    if (off > TOLERANCE_FACTOR) this.#target = this.#dialect.targetOf(wanted);
    window.since = end;
    window.weight = 0n;
    window.count = 0;
  }
}
