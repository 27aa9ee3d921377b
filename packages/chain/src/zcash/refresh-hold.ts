import { equalBytes } from '@adit/primitives';
import type { ZcashWork } from './work.ts';
import { newsOf, type WorkNews, type ZcashWorkChange } from './work-news.ts';

export interface RefreshHoldOptions {
  /** Other transactions for the same tip go out at most once in this time; 0: at once. */
  readonly refreshMs: number;
}

export interface RefreshHoldModules {
  readonly onWork: (work: ZcashWork, change: ZcashWorkChange) => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/**
 * How long the empty template of a new tip waits for the full one. Zebra makes that 3 to 7 ms later, or seconds later
 * if its coinbase is shielded. Some miners ignore the jobs that follow a clean job, and would mine empty blocks.
 */
const FILL_MS = 100;
/**
 * The same transactions in another order go out at most once in this time: only a miner whose target changes needs
 * them.
 */
const ORDER_MS = 4_000;

interface Held {
  readonly work: ZcashWork;
  readonly news: WorkNews;
  readonly due: number;
}

/**
 * Forwards work. A new tip passes at once, but an empty template of it may wait `FILL_MS` for transactions. Other
 * transactions for the same tip pass at most once in `refreshMs`, and the newest work wins.
 */
export class RefreshHold {
  readonly #options: RefreshHoldOptions;
  readonly #modules: RefreshHoldModules;
  /** The work that was handed on last. */
  #last: ZcashWork | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** When work that was not just another order was handed on last. */
  #newsAt = Number.NEGATIVE_INFINITY;
  /** The work that was offered last, handed on or not. */
  #newest: ZcashWork | undefined;
  /** Until when an empty template of this tip waits for transactions. */
  #fillBy = Number.NEGATIVE_INFINITY;
  #held: Held | undefined;
  #timer = new AbortController();

  constructor(options: RefreshHoldOptions, modules: RefreshHoldModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** True while the empty template of a new tip waits: the source should then ask for a full one. */
  get wantsTransactions(): boolean {
    return this.#held?.news === 'tip';
  }

  /** @param otherNode whether it comes from another node than the work before, which may be gone */
  offer(work: ZcashWork, otherNode = false): void {
    this.#noteTip(work);
    const news = newsOf(this.#last, work);
    const due = this.#dueOf(work, news, otherNode);
    if (due <= this.#modules.now()) return this.#give(work, news);
    if (this.#held?.due === due) {
      this.#held = { work, news, due };
      return;
    }
    this.stop();
    this.#held = { work, news, due };
    void this.#later(due - this.#modules.now(), this.#timer.signal);
  }

  /** Drops the work that waits. */
  stop(): void {
    this.#held = undefined;
    this.#timer.abort();
    this.#timer = new AbortController();
  }

  #noteTip(work: ZcashWork): void {
    const before = this.#newest;
    this.#newest = work;
    if (before !== undefined && equalBytes(before.prevHash, work.prevHash)) return;
    // If the former tip was still empty and waiting, whether transactions exist is as unknown as it was one tip ago.
    const expected = before !== undefined && (!before.empty || this.wantsTransactions);
    this.#fillBy = expected ? this.#modules.now() + FILL_MS : Number.NEGATIVE_INFINITY;
  }

  #dueOf(work: ZcashWork, news: WorkNews, otherNode: boolean): number {
    if (news === 'tip') return work.empty ? this.#fillBy : Number.NEGATIVE_INFINITY;
    if (news === 'filled' || otherNode) return Number.NEGATIVE_INFINITY;
    const { refreshMs } = this.#options;
    return news === 'content' ? this.#newsAt + refreshMs : this.#lastAt + Math.min(refreshMs, ORDER_MS);
  }

  async #later(ms: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#modules.sleep(ms, signal);
    } catch {
      return; // Stopped, or another work has gone out.
    }
    const held = this.#held;
    if (held !== undefined && !signal.aborted) this.#give(held.work, held.news);
  }

  #give(work: ZcashWork, news: WorkNews): void {
    this.stop();
    const now = this.#modules.now();
    this.#last = work;
    this.#lastAt = now;
    if (news !== 'order') this.#newsAt = now;
    this.#modules.onWork(work, { newTip: news === 'tip', news });
  }
}
