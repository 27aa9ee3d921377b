import type { ZcashWork } from './work.ts';

export interface RefreshHoldOptions {
  /** New transactions for the same tip go out no more often; 0: whenever they come. */
  readonly refreshMs: number;
}

export interface RefreshHoldModules {
  readonly onWork: (work: ZcashWork, change: { newTip: boolean }) => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** Hands work on: that of a new tip at once, the same tip with other transactions only now and then, the newest of it. */
export class RefreshHold {
  readonly #options: RefreshHoldOptions;
  readonly #modules: RefreshHoldModules;
  #last: ZcashWork | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** What waits; a timer is running then. */
  #held: ZcashWork | undefined;
  #timer = new AbortController();

  constructor(options: RefreshHoldOptions, modules: RefreshHoldModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** @param otherNode it comes from another node than the work before: that one may be gone */
  offer(work: ZcashWork, newTip: boolean, otherNode = false): void {
    const wait = this.#lastAt + this.#options.refreshMs - this.#modules.now();
    // The full template after the empty one of a new tip is worth its fees from the first second on.
    const atOnce = newTip || otherNode || wait <= 0 || (this.#last?.empty === true && !work.empty);
    if (atOnce) return this.#give(work, newTip);
    const waiting = this.#held !== undefined;
    this.#held = work;
    if (!waiting) void this.#later(wait, this.#timer.signal);
  }

  /** Forgets what waits. */
  stop(): void {
    this.#held = undefined;
    this.#timer.abort();
    this.#timer = new AbortController();
  }

  async #later(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#modules.sleep(ms, signal);
    } catch {
      return; // Stopped, or another work has gone out.
    }
    const work = this.#held;
    if (work !== undefined && !signal.aborted) this.#give(work, false);
  }

  #give(work: ZcashWork, newTip: boolean): void {
    this.stop();
    this.#last = work;
    this.#lastAt = this.#modules.now();
    this.#modules.onWork(work, { newTip });
  }
}
