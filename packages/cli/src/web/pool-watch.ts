import type { ControlRequest } from '../control/requests.ts';
import { RESULTS } from '../control/results.ts';
import { readStatusDocument, type StatusDocument } from '../control/status-document.ts';

/** How often the pool is asked; it answers from memory. */
const EVERY_MS = 2_000;
/** An answer older than this says nothing about now. */
const STALE_MS = 10_000;
/** Rows of rigs of one account. */
const MOST_RIGS = 1_000;

/** A rig's open connections, as the pool tells them. */
export interface WatchedRig {
  readonly name: string;
  readonly connections: number;
  readonly ports: readonly string[];
  readonly accepted: number;
  readonly refused: number;
  /** Time since the first of its connections was made. */
  readonly sinceMs: number;
}

/** The questions that are asked of the pool. */
type PoolQuestion = Extract<ControlRequest, { readonly command: 'status' | 'miners' }>;

/** Asks the pool. Rejects while it does not answer. */
export type AskPool = (question: PoolQuestion) => Promise<unknown>;

/** Keeps the newest status of the pool, which may run, stop and start while this process goes on. */
export class PoolWatch {
  readonly #askPool: AskPool;
  readonly #onStatus: (status: StatusDocument) => void;
  #timer: NodeJS.Timeout | undefined;
  #status: StatusDocument | undefined;
  #atMs = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  /** @param askPool by its control socket, as a rule @param onStatus called with each answer */
  constructor(askPool: AskPool, onStatus: (status: StatusDocument) => void) {
    this.#askPool = askPool;
    this.#onStatus = onStatus;
  }

  /** The newest answer; undefined while the pool does not answer. */
  get status(): StatusDocument | undefined {
    return performance.now() - this.#atMs < STALE_MS ? this.#status : undefined;
  }

  /** Asks once, and goes on asking. */
  async start(): Promise<void> {
    await this.#ask();
    if (!this.#isClosed) this.#timer = setTimeout(() => void this.start(), EVERY_MS);
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  /** The connected rigs of one account. @returns none while the pool does not answer */
  async rigs(account: string): Promise<readonly WatchedRig[]> {
    if (this.status === undefined || account.length > 512) return [];
    try {
      const answer = await this.#askPool({
        command: 'miners',
        by: 'worker',
        account,
        limit: MOST_RIGS,
      });
      return RESULTS.miners.parse(answer).miners;
    } catch {
      return [];
    }
  }

  async #ask(): Promise<void> {
    try {
      this.#status = readStatusDocument(await this.#askPool({ command: 'status' }));
      this.#atMs = performance.now();
      this.#onStatus(this.#status);
    } catch {
      // The pool does not run, or is of another version: pages say that it does not answer.
    }
  }
}
