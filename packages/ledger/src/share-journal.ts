import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { AditError } from '@adit/primitives';
import type { JournalAnswer, JournalRequest } from './journal-protocol.ts';
import type { ShareRecord } from './share-record.ts';

export interface ShareJournalOptions {
  /** Everything that Adit keeps lies below this folder. */
  readonly dataFolder: string;
  /** Names this process' journal; made from time and chance when left out. */
  readonly instance?: string;
  /** Shares that may wait for the disk: at 10,000 a second, six seconds of a stalled disk. */
  readonly maxPending?: number;
}

export interface ShareJournalModules {
  /** The journal cannot commit (with the reason), or can again (undefined). */
  readonly onHealth?: (problem: string | undefined) => void;
  /** A batch is on disk. @param ms from the request to the answer */
  readonly onCommit?: (shares: number, ms: number) => void;
}

interface Waiting {
  readonly record: ShareRecord;
  readonly settle: (outcome: 'kept' | 'duplicate' | AditError) => void;
}

/** Rows in one transaction: past this a commit gets longer, not better. */
const MAX_BATCH = 4096;
/** Between two attempts to open a file that could not be opened. */
const REOPEN_MS = 1_000;

/**
 * The share journal of this process. `append` resolves after the share is on disk, never before.
 *
 * Group commit: while one batch is being committed the next one gathers, so a slow disk makes larger
 * batches instead of a longer queue.
 */
export class ShareJournal {
  readonly instance: string;
  readonly #modules: ShareJournalModules;
  readonly #dataFolder: string;
  readonly #maxPending: number;
  readonly #queries = new Map<number, (outcome: readonly Uint8Array[] | AditError) => void>();
  /** Undefined between the end of a thread that could not open its file and the next attempt. */
  #worker: Worker | undefined;
  #nextAttempt: NodeJS.Timeout | undefined;
  #opened: PromiseWithResolvers<void>;
  #closed: PromiseWithResolvers<void> | undefined;
  #waiting: Waiting[] = [];
  #committing: Waiting[] = [];
  #committingSince = 0;
  #nextQuery = 0;
  #problem: string | undefined;
  #scheduled = false;

  constructor(options: ShareJournalOptions, modules: ShareJournalModules = {}) {
    this.instance = options.instance ?? newInstanceName();
    this.#dataFolder = options.dataFolder;
    this.#maxPending = options.maxPending ?? 65_536;
    this.#modules = modules;
    this.#opened = Promise.withResolvers();
    this.#opened.promise.catch(() => {}); // Whoever asks hears of it; nobody has to.
    this.#startWorker();
  }

  /** Resolves when the file is open. @throws AditError `ADIT_JOURNAL_FAILED` with the reason */
  opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Why nothing can be kept at the moment; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Shares that have no answer yet. */
  get waiting(): number {
    return this.#waiting.length + this.#committing.length;
  }

  /**
   * Keeps a share; its bytes are copied here. Resolves when it is on disk, with 'duplicate' when its digest already was.
   * @throws AditError `ADIT_JOURNAL_FULL`, `ADIT_JOURNAL_FAILED`, `ADIT_JOURNAL_CLOSED`: it was not kept
   */
  append(record: ShareRecord): Promise<'kept' | 'duplicate'> {
    if (this.#closed !== undefined) return Promise.reject(closedError());
    if (this.#worker === undefined) return Promise.reject(this.#lostError());
    if (this.#waiting.length >= this.#maxPending) {
      return Promise.reject(
        new AditError('ADIT_JOURNAL_FULL', `${this.#maxPending} shares wait for the disk`),
      );
    }
    return new Promise((resolve, reject) => {
      const settle: Waiting['settle'] = (outcome) =>
        outcome instanceof AditError ? reject(outcome) : resolve(outcome);
      // A digest may lie in a Buffer's pool, and the way to the thread would carry all 8 KiB of that.
      const own = { ...record, digest: new Uint8Array(record.digest) };
      this.#waiting.push({ record: own, settle });
      this.#schedule();
    });
  }

  /** Digests of all shares kept for a group, by this process and recent earlier ones. */
  digestsOf(chain: string, workGroup: string): Promise<readonly Uint8Array[]> {
    if (this.#closed !== undefined) return Promise.reject(closedError());
    if (this.#worker === undefined) return Promise.reject(this.#lostError());
    const id = this.#nextQuery;
    this.#nextQuery += 1;
    return new Promise((resolve, reject) => {
      this.#queries.set(id, (outcome) => (outcome instanceof AditError ? reject(outcome) : resolve(outcome)));
      this.#ask({ kind: 'digests', id, chain, workGroup });
    });
  }

  /** Commits what waits, then ends the thread. */
  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      clearTimeout(this.#nextAttempt);
      if (this.#worker === undefined) this.#closed.resolve();
      else this.#schedule();
    }
    return this.#closed.promise;
  }

  /** One turn of the event loop gathers what came in together. */
  #schedule(): void {
    if (this.#scheduled || this.#committing.length > 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#commitNext();
    });
  }

  #commitNext(): void {
    if (this.#committing.length > 0) return;
    this.#committing = this.#waiting.splice(0, MAX_BATCH);
    if (this.#committing.length > 0) {
      this.#committingSince = performance.now();
      this.#ask({ kind: 'commit', records: this.#committing.map(({ record }) => record) });
    } else if (this.#closed !== undefined) {
      this.#ask({ kind: 'close' });
    }
  }

  #ask(request: JournalRequest): void {
    this.#worker?.postMessage(request);
  }

  #startWorker(): void {
    const worker = new Worker(new URL(import.meta.resolve('#journal-worker')), {
      workerData: { dataFolder: this.#dataFolder, instance: this.instance },
    });
    this.#worker = worker;
    let open = false;
    worker.on('message', (message: JournalAnswer) => {
      open ||= message.kind === 'open';
      this.#onAnswer(message);
    });
    // An exit follows an error, and tells nothing more then.
    worker.on('error', (error) => this.#onLost(worker, error.message, open));
    worker.on('exit', (status) => this.#onLost(worker, `it ended with status ${status}`, open));
  }

  #onAnswer(answer: JournalAnswer): void {
    switch (answer.kind) {
      case 'open':
        this.#opened.resolve();
        return this.#setProblem(undefined);
      case 'committed':
        this.#setProblem(undefined);
        this.#modules.onCommit?.(this.#committing.length, performance.now() - this.#committingSince);
        return this.#settleCommit((index) => (answer.kept[index] === true ? 'kept' : 'duplicate'));
      case 'digests':
        this.#queries.get(answer.id)?.(answer.digests);
        this.#queries.delete(answer.id);
        return;
      case 'failed': {
        const error = new AditError('ADIT_JOURNAL_FAILED', `the journal cannot be written: ${answer.reason}`);
        if (answer.id !== undefined) {
          this.#queries.get(answer.id)?.(error);
          this.#queries.delete(answer.id);
          return;
        }
        this.#setProblem(answer.reason);
        return this.#settleCommit(() => error);
      }
      case 'closed':
        return;
    }
  }

  #settleCommit(outcomeOf: (index: number) => 'kept' | 'duplicate' | AditError): void {
    const done = this.#committing;
    this.#committing = [];
    done.forEach(({ settle }, index) => {
      settle(outcomeOf(index));
    });
    this.#commitNext();
  }

  /** The thread is gone. What it was asked is answered with the failure; a new thread takes over. */
  #onLost(worker: Worker, reason: string, wasOpen: boolean): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const closed = this.#closed;
    if (closed === undefined) this.#setProblem(reason);
    const error = this.#lostError();
    this.#opened.reject(error);
    for (const settle of this.#queries.values()) settle(error);
    this.#queries.clear();
    const lost = [...this.#committing, ...this.#waiting];
    this.#committing = [];
    this.#waiting = [];
    for (const { settle } of lost) settle(error);
    if (closed !== undefined) closed.resolve();
    // One that could not even open its file would fail again at once, as often as it is asked.
    else if (wasOpen) this.#startWorker();
    else this.#nextAttempt = setTimeout(() => this.#startWorker(), REOPEN_MS);
  }

  #lostError(): AditError {
    return new AditError(
      'ADIT_JOURNAL_FAILED',
      `the journal's thread ended: ${this.#problem ?? 'no reason given'}`,
    );
  }

  #setProblem(problem: string | undefined): void {
    if (this.#problem === problem) return;
    this.#problem = problem;
    this.#modules.onHealth?.(problem);
  }
}

/** Sorts by time, and two processes that start in one millisecond still differ. */
function newInstanceName(): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '').toLowerCase();
  return `${time}-${randomBytes(4).toString('hex')}`;
}

function closedError(): AditError {
  return new AditError('ADIT_JOURNAL_CLOSED', 'the journal is closed');
}
