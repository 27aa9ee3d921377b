import { randomBytes } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { AditError, checkBytes } from '@adit/primitives';
import { JournalEnds } from './journal-ends.ts';
import type { NetworksOfChains } from './journal-file.ts';
import type { JournalAnswer, JournalRequest } from './journal-protocol.ts';
import type { JournalStoreOptions } from './journal-store.ts';
import { journalFolder } from './new-journal.ts';
import { type FileAccess, OWNER_ONLY } from './private-files.ts';
import type { ShareRecord, WeightAlarm } from './share-record.ts';

/** Where a journal lies, and how many shares may wait for the disk. */
export interface ShareJournalOptions {
  /** The folder below which Adit keeps all its files. */
  readonly dataFolder: string;
  /** Name of the first journal of this process. Default: made from the time and random digits. */
  readonly instance?: string;
  /** Who may read it. Default: only the user. */
  readonly access?: FileAccess;
  /** The networks of chains by their names, for journals of version 1. */
  readonly networks?: NetworksOfChains;
  /** Shares that may wait for the disk. Default 65,536: at 10,000 shares per second, six seconds of a stalled disk. */
  readonly maxPending?: number;
  /** For tests: every commit takes this much longer, as on a slow disk. */
  readonly commitDelayMs?: number;
}

/** The functions that a journal calls. All may be left out. */
export interface ShareJournalModules {
  /** The journal cannot commit (the reason is given), or can do so again (undefined). */
  readonly onHealth?: (problem: string | undefined) => void;
  /** A batch is on disk. @param ms time from the request to the answer */
  readonly onCommit?: (shares: number, ms: number) => void;
  /** One share came with two weights; the smaller one counts. */
  readonly onAlarm?: (alarm: WeightAlarm) => void;
  /** Files that the operator should look at, one sentence each. Called when the list changes. */
  readonly onFaults?: (faults: readonly string[]) => void;
}

interface Waiting {
  readonly record: ShareRecord;
  readonly settle: (outcome: 'kept' | 'duplicate' | AditError) => void;
}

/** Rows in one transaction: with more, a commit takes longer, and gains nothing. */
const MAX_BATCH = 4096;
/** Least time between the starts of two files: a disk that fails every commit must not fill with files. */
const REOPEN_MS = 1_000;
/** Time between two checks of the files: without shares, a file that was moved away is noticed within this time. */
const LOOK_MS = 5_000;
/**
 * The share journal of this process. `append` resolves after the share is on disk, never before.
 *
 * Group commit: while one batch is being committed, the journal gathers the next one. So a slow disk makes larger
 * batches instead of a longer queue.
 *
 * The journal uses a file until the first failure. Then it begins a new file, which says where the former one ends.
 * Only after that it refuses the shares of the failed commit, so that they cannot come back.
 */
export class ShareJournal {
  readonly #modules: ShareJournalModules;
  readonly #options: ShareJournalOptions;
  readonly #maxPending: number;
  readonly #queries = new Map<number, (outcome: readonly Uint8Array[] | AditError) => void>();
  readonly #looks: NodeJS.Timeout;
  /** Undefined while the journal waits for its next attempt to begin a file. */
  #worker: Worker | undefined;
  #nextAttempt: NodeJS.Timeout | undefined;
  #opened: PromiseWithResolvers<void>;
  #closed: PromiseWithResolvers<void> | undefined;
  #instance: string;
  #openedAt = Number.NEGATIVE_INFINITY;
  #hasCommitted = false;
  #lastSequence = 0;
  readonly #ends = new JournalEnds();
  #waiting: Waiting[] = [];
  #committing: Waiting[] = [];
  /** Shares of a commit that failed, until a new file says that they were refused. */
  #refused: Waiting[] = [];
  #committingSince = 0;
  #nextQuery = 0;
  #problem: string | undefined;
  #faults: readonly string[] = [];
  #scheduled = false;

  constructor(options: ShareJournalOptions, modules: ShareJournalModules = {}) {
    this.#instance = options.instance ?? newInstanceName();
    this.#options = options;
    this.#maxPending = options.maxPending ?? 65_536;
    this.#modules = modules;
    this.#opened = Promise.withResolvers();
    this.#opened.promise.catch(() => {}); // A rejection that nobody waits for must not end the process.
    this.#startWorker();
    this.#looks = setInterval(() => this.#ask({ kind: 'look' }), LOOK_MS).unref();
  }

  /** Name of the journal that is written now. */
  get instance(): string {
    return this.#instance;
  }

  /** Resolves when the first file is open. @throws AditError `ADIT_JOURNAL_FAILED` with the reason */
  opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Why the journal cannot keep shares at the moment; undefined if it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Files in the journal folder that the operator should look at: shares may be missing, or be there twice. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Shares that have no answer yet. */
  get waiting(): number {
    return this.#waiting.length + this.#committing.length + this.#refused.length;
  }

  /**
   * Keeps a share, and copies its bytes. Resolves when the share is on disk: with 'duplicate' if its digest was already
   * there, otherwise with 'kept'.
   * @throws AditError `ADIT_JOURNAL_FULL`, `ADIT_JOURNAL_FAILED`, `ADIT_JOURNAL_CLOSED` if the share was not kept;
   *   `ADIT_BAD_BYTES` unless the digest has 32 bytes (all hex texts would become the same digest)
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
      checkBytes(record.digest, 'the digest', 32);
      const settle: Waiting['settle'] = (outcome) =>
        outcome instanceof AditError ? reject(outcome) : resolve(outcome);
      // A digest may lie in the pool of Node's Buffer: `postMessage` would then copy all 8 KiB of that pool.
      const own = { ...record, digest: new Uint8Array(record.digest) };
      this.#waiting.push({ record: own, settle });
      this.#schedule();
    });
  }

  /**
   * Digests of all shares that this process has kept for a group, and other processes as far as their files are
   * readable.
   */
  digestsOf(network: string, workGroup: string): Promise<readonly Uint8Array[]> {
    if (this.#closed !== undefined) return Promise.reject(closedError());
    if (this.#worker === undefined) return Promise.reject(this.#lostError());
    const id = this.#nextQuery;
    this.#nextQuery += 1;
    return new Promise((resolve, reject) => {
      this.#queries.set(id, (outcome) => (outcome instanceof AditError ? reject(outcome) : resolve(outcome)));
      this.#ask({ kind: 'digests', id, group: { network, workGroup } });
    });
  }

  /** Commits the shares that wait, then ends the thread. */
  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      clearTimeout(this.#nextAttempt);
      clearInterval(this.#looks);
      if (this.#worker !== undefined) this.#schedule();
      // A new file must say that these shares were refused.
      else if (this.#refused.length > 0) this.#startWorker();
      else this.#closed.resolve();
    }
    return this.#closed.promise;
  }

  /** Waits for the end of this turn of the event loop, so that shares that come together share a commit. */
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
    const { dataFolder, access = OWNER_ONLY, networks = {}, commitDelayMs = 0 } = this.#options;
    const options: JournalStoreOptions = {
      dataFolder,
      instance: this.#instance,
      access,
      networks,
      commitDelayMs,
      ...this.#ends.forNext(journalFolder(dataFolder)),
    };
    const worker = new Worker(new URL(import.meta.resolve('#journal-worker')), { workerData: options });
    this.#worker = worker;
    let open = false;
    worker.on('message', (message: JournalAnswer) => {
      if (worker !== this.#worker) return;
      open ||= message.kind === 'open';
      if (message.kind === 'broken') return this.#onLost(worker, message.reason, true, message.isGone);
      this.#onAnswer(message);
    });
    // After an error, `exit` follows and adds nothing.
    worker.on('error', (error) => this.#onLost(worker, error.message, open));
    worker.on('exit', (status) => this.#onLost(worker, `it ended with status ${status}`, open));
  }

  #onAnswer(answer: Exclude<JournalAnswer, { kind: 'broken' }>): void {
    switch (answer.kind) {
      case 'open':
        return this.#onOpen();
      case 'committed':
        this.#hasCommitted = true;
        this.#lastSequence = answer.lastSequence;
        for (const alarm of answer.alarms) this.#modules.onAlarm?.(alarm);
        this.#modules.onCommit?.(this.#committing.length, performance.now() - this.#committingSince);
        return this.#settleCommit(answer.kept);
      case 'digests':
        this.#queries.get(answer.id)?.(answer.digests);
        this.#queries.delete(answer.id);
        return;
      case 'faults':
        this.#faults = answer.faults;
        return this.#modules.onFaults?.(answer.faults);
      case 'closed':
        return;
    }
  }

  /** The new file is open, and says where the files before it end: now refused shares can be answered. */
  #onOpen(): void {
    this.#openedAt = performance.now();
    this.#ends.opened();
    this.#refuse(failedError(this.#problem));
    this.#opened.resolve();
    this.#setProblem(undefined);
    this.#commitNext();
  }

  #settleCommit(kept: readonly boolean[]): void {
    const done = this.#committing;
    this.#committing = [];
    done.forEach(({ settle }, index) => {
      settle(kept[index] === true ? 'kept' : 'duplicate');
    });
    this.#commitNext();
  }

  /**
   * The thread is gone, and its file is not used any more: nobody knows which part of the current commit it has kept.
   * Shares that are not part of that commit go on waiting if a new file is begun at once.
   */
  #onLost(worker: Worker, reason: string, wasOpen: boolean, isGone = false): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const isClosing = this.#closed !== undefined;
    // The thread of a closed journal ends after the last commit, which is not a problem.
    const isExpected = isClosing && this.waiting === 0;
    if (!isExpected) this.#setProblem(reason);
    const error = this.#lostError();
    this.#opened.reject(error);
    for (const settle of this.#queries.values()) settle(error);
    this.#queries.clear();
    this.#refused.push(...this.#committing);
    this.#committing = [];
    this.#ends.add({
      instance: this.#instance,
      lastSequence: this.#lastSequence,
      reason,
      wasOpen,
      wasUsed: this.#hasCommitted,
      isGone,
    });
    this.#hasCommitted = false;
    this.#lastSequence = 0;
    this.#instance = newInstanceName();
    if (isExpected) this.#closed?.resolve();
    else if (wasOpen && performance.now() - this.#openedAt >= REOPEN_MS) this.#startWorker();
    else this.#pauseAfter(wasOpen);
  }

  /** Waits before the next file: a thread that could not open its file would fail again at once, again and again. */
  #pauseAfter(wasOpen: boolean): void {
    const error = this.#lostError();
    for (const { settle } of this.#waiting.splice(0)) settle(error);
    // If a new file could be made, it already says that these shares were refused, even if the disk failed to sync it.
    // If none could be made, the journal can do no more.
    if (!wasOpen) this.#refuse(error);
    if (this.#closed === undefined) this.#nextAttempt = setTimeout(() => this.#startWorker(), REOPEN_MS);
    else if (wasOpen) this.#startWorker();
    else this.#closed.resolve();
  }

  #refuse(error: AditError): void {
    for (const { settle } of this.#refused.splice(0)) settle(error);
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

/** The name begins with the time, for sorting. Random digits keep two processes apart that start in one millisecond. */
function newInstanceName(): string {
  const time = new Date().toISOString().replace(/[-:.]/g, '').toLowerCase();
  return `${time}-${randomBytes(4).toString('hex')}`;
}

function failedError(reason: string | undefined): AditError {
  return new AditError(
    'ADIT_JOURNAL_FAILED',
    `the journal cannot be written: ${reason ?? 'no reason given'}`,
  );
}

function closedError(): AditError {
  return new AditError('ADIT_JOURNAL_CLOSED', 'the journal is closed');
}
