import { equalBytes } from '@adit/primitives';
import type { ZcashWork } from './work.ts';
import { newsOf, type WorkNews, type ZcashWorkChange } from './work-news.ts';

export interface RefreshHoldOptions {
  /** Other transactions for the same tip go out no more often; 0: whenever they come. */
  readonly refreshMs: number;
}

export interface RefreshHoldModules {
  readonly onWork: (work: ZcashWork, change: ZcashWorkChange) => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/**
 * The empty template of a new tip waits so long for the full one: Zebra makes it 3 to 7 ms later, or seconds later
 * where its coinbase is shielded. Some miners pass over what follows a clean job, and would mine empty blocks.
 */
const FILL_MS = 100;
/** The same transactions in another order go out no more often: only a miner whose target is to change wants them. */
const ORDER_MS = 4_000;

interface Held {
  readonly work: ZcashWork;
  readonly news: WorkNews;
  readonly due: number;
}

/**
 * Hands work on: that of a new tip at once, if there is anything in it that the tip before had too; the same tip with
 * other transactions only now and then, the newest of it.
 */
export class RefreshHold {
  readonly #options: RefreshHoldOptions;
  readonly #modules: RefreshHoldModules;
  /** What was handed on last. */
  #last: ZcashWork | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;
  /** When anything but another order was handed on. */
  #newsAt = Number.NEGATIVE_INFINITY;
  /** What was offered last, handed on or not. */
  #newest: ZcashWork | undefined;
  /** Until when an empty template of this tip waits for transactions. */
  #fillBy = Number.NEGATIVE_INFINITY;
  #held: Held | undefined;
  #timer = new AbortController();

  constructor(options: RefreshHoldOptions, modules: RefreshHoldModules) {
    this.#options = options;
    this.#modules = modules;
  }

  /** The empty template of a new tip waits: a full one should be asked for. */
  get wantsTransactions(): boolean {
    return this.#held?.news === 'tip';
  }

  /** @param otherNode it comes from another node than the work before: that one may be gone */
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

  /** Forgets what waits. */
  stop(): void {
    this.#held = undefined;
    this.#timer.abort();
    this.#timer = new AbortController();
  }

  #noteTip(work: ZcashWork): void {
    const before = this.#newest;
    this.#newest = work;
    if (before !== undefined && equalBytes(before.prevHash, work.prevHash)) return;
    // Where the tip before was still waiting for them, nobody knows any better than one tip ago.
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
