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

/** Where a journal lies, and how much may wait for the disk. */
export interface ShareJournalOptions {
  /** Everything that Adit keeps lies below this folder. */
  readonly dataFolder: string;
  /** Names the first journal of this process; made from time and chance when left out. */
  readonly instance?: string;
  /** Who may read it; nobody but the user where left out. */
  readonly access?: FileAccess;
  /** The networks of chains by their names, for journals of version 1. */
  readonly networks?: NetworksOfChains;
  /** Shares that may wait for the disk: at 10,000 a second, six seconds of a stalled disk. */
  readonly maxPending?: number;
  /** For tests: every commit takes so much longer, as on a slow disk. */
  readonly commitDelayMs?: number;
}

/** Whom a journal tells. All may be left out. */
export interface ShareJournalModules {
  /** The journal cannot commit (with the reason), or can again (undefined). */
  readonly onHealth?: (problem: string | undefined) => void;
  /** A batch is on disk. @param ms from the request to the answer */
  readonly onCommit?: (shares: number, ms: number) => void;
  /** One share came with two weights; the smaller one counts. */
  readonly onAlarm?: (alarm: WeightAlarm) => void;
  /** Files that somebody should look at, one sentence each; called when that changes. */
  readonly onFaults?: (faults: readonly string[]) => void;
}

interface Waiting {
  readonly record: ShareRecord;
  readonly settle: (outcome: 'kept' | 'duplicate' | AditError) => void;
}

/** Rows in one transaction: past this a commit gets longer, not better. */
const MAX_BATCH = 4096;
/** Between the beginnings of two files: a disk that fails each commit must not fill with files. */
const REOPEN_MS = 1_000;
/** A file that was moved away is noticed so soon where nobody sends a share. */
const LOOK_MS = 5_000;
/**
 * The share journal of this process. `append` resolves after the share is on disk, never before.
 *
 * Group commit: while one batch is being committed the next one gathers, so a slow disk makes larger
 * batches instead of a longer queue.
 *
 * A file is used until the first failure. Then a new one begins, which says where the former one ends; only after that
 * the shares of the commit that failed are refused, so that they cannot come back.
 */
export class ShareJournal {
  readonly #modules: ShareJournalModules;
  readonly #options: ShareJournalOptions;
  readonly #maxPending: number;
  readonly #queries = new Map<number, (outcome: readonly Uint8Array[] | AditError) => void>();
  readonly #looks: NodeJS.Timeout;
  /** Undefined between the end of a thread that could not open its file and the next attempt. */
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
  /** Those of the commit that failed, until it is written that they were refused. */
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
    this.#opened.promise.catch(() => {}); // Whoever asks hears of it; nobody has to.
    this.#startWorker();
    this.#looks = setInterval(() => this.#ask({ kind: 'look' }), LOOK_MS).unref();
  }

  /** Names the journal that is written now. */
  get instance(): string {
    return this.#instance;
  }

  /** Resolves when the file is open. @throws AditError `ADIT_JOURNAL_FAILED` with the reason */
  opened(): Promise<void> {
    return this.#opened.promise;
  }

  /** Why nothing can be kept at the moment; undefined while all is well. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Files in the journal folder that somebody should look at: shares may be missing, or be there twice. */
  get faults(): readonly string[] {
    return this.#faults;
  }

  /** Shares that have no answer yet. */
  get waiting(): number {
    return this.#waiting.length + this.#committing.length + this.#refused.length;
  }

  /**
   * Keeps a share; its bytes are copied here. Resolves when it is on disk, with 'duplicate' when its digest already was.
   * @throws AditError `ADIT_JOURNAL_FULL`, `ADIT_JOURNAL_FAILED`, `ADIT_JOURNAL_CLOSED`: it was not kept; `ADIT_BAD_BYTES`
   *   for a digest that is not 32 bytes: hex text would make one digest of all
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
      // A digest may lie in a Buffer's pool, and the way to the thread would carry all 8 KiB of that.
      const own = { ...record, digest: new Uint8Array(record.digest) };
      this.#waiting.push({ record: own, settle });
      this.#schedule();
    });
  }

  /** Digests of all shares kept for a group, by this process and, as far as they can be read, by all others. */
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

  /** Commits what waits, then ends the thread. */
  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      clearTimeout(this.#nextAttempt);
      clearInterval(this.#looks);
      if (this.#worker !== undefined) this.#schedule();
      // It must be written that they were refused.
      else if (this.#refused.length > 0) this.#startWorker();
      else this.#closed.resolve();
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
    // An exit follows an error, and tells nothing more then.
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

  /** The new file says where those before it end. */
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
   * The thread is gone, and its file is used no more: nobody knows what of the commit under way it has kept. Whoever
   * waits for his turn goes on waiting where a new file is begun at once.
   */
  #onLost(worker: Worker, reason: string, wasOpen: boolean, isGone = false): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    const isClosing = this.#closed !== undefined;
    // After the last commit of a journal that was closed there is nothing to say.
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

  /** One that could not even open its file would fail again at once, as often as it is asked. */
  #pauseAfter(wasOpen: boolean): void {
    const error = this.#lostError();
    for (const { settle } of this.#waiting.splice(0)) settle(error);
    // Where a file could be made it says so already, whatever the disk said to it; otherwise nothing more can be done.
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

/** Sorts by time, and two processes that start in one millisecond still differ. */
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
