import { AditError, checkBytes } from '@adit/primitives';
import { DigestQueries } from './digest-queries.ts';
import { HungThreads } from './hung-threads.ts';
import { newInstanceName } from './instance-name.ts';
import { JournalEnds } from './journal-ends.ts';
import { closedError, failedError, fullError, lostError } from './journal-faults.ts';
import { JournalHealth, type JournalProblemCause } from './journal-health.ts';
import type { JournalAnswer, JournalRequest } from './journal-protocol.ts';
import type { JournalStoreOptions } from './journal-store.ts';
import { JournalThread } from './journal-thread.ts';
import { journalFolder } from './new-journal.ts';
import { Patience } from './patience.ts';
import { OWNER_ONLY } from './private-files.ts';
import type { ShareJournalModules, ShareJournalOptions } from './share-journal-options.ts';
import type { ShareRecord } from './share-record.ts';
import type { WaitingShare } from './waiting-share.ts';

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
 *
 * A disk may also hang, so that a commit neither fails nor succeeds. After ten seconds the journal refuses the shares
 * that were not written yet, and all that come until the disk answers. It refuses the shares of the commit that hangs
 * as soon as a new file says where the hanging one ends. Where no file can be begun either, a record beside the hanging
 * file says so, which is written in place (`end-record.ts`). Where not even that can be written, they get no answer: they
 * may be on the disk, and must not come back as kept after a refusal.
 */
export class ShareJournal {
  readonly #modules: ShareJournalModules;
  readonly #options: ShareJournalOptions;
  readonly #maxPending: number;
  readonly #queries = new DigestQueries();
  readonly #looks: NodeJS.Timeout;
  readonly #patience: Patience;
  readonly #hung = new HungThreads();
  /** The disk hangs: nothing is taken until it answers. */
  #isStalled = false;
  /** A commit hung, and no file has been opened since. */
  #isUrgent = false;
  /** Undefined while the journal waits for its next attempt to begin a file. */
  #thread: JournalThread | undefined;
  #nextAttempt: NodeJS.Timeout | undefined;
  #opened: PromiseWithResolvers<void>;
  #closed: PromiseWithResolvers<void> | undefined;
  #instance: string;
  #openedAt = Number.NEGATIVE_INFINITY;
  #hasCommitted = false;
  #lastSequence = 0;
  readonly #ends = new JournalEnds();
  #waiting: WaitingShare[] = [];
  #committing: WaitingShare[] = [];
  /** Shares of a commit that failed, until a new file says that they were refused. */
  #refused: WaitingShare[] = [];
  #committingSince = 0;
  readonly #health: JournalHealth;
  #faults: readonly string[] = [];
  #scheduled = false;

  constructor(options: ShareJournalOptions, modules: ShareJournalModules = {}) {
    this.#instance = options.instance ?? newInstanceName();
    this.#options = options;
    this.#maxPending = options.maxPending ?? 65_536;
    this.#modules = modules;
    this.#health = new JournalHealth(modules.onHealth);
    this.#opened = Promise.withResolvers();
    this.#patience = new Patience(options, { owed: () => this.#isOwed, onOver: () => this.#onStall() });
    this.#opened.promise.catch(() => {}); // A rejection that nobody waits for must not end the process.
    this.#startThread();
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
    return this.#health.problem;
  }

  /** The same for programs. */
  get problemCause(): JournalProblemCause | undefined {
    return this.#health.cause;
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
    const fault = this.#fault;
    if (fault !== undefined) return Promise.reject(fault);
    if (this.#waiting.length >= this.#maxPending) {
      return Promise.reject(fullError(this.#maxPending));
    }
    return new Promise((resolve, reject) => {
      checkBytes(record.digest, 'the digest', 32);
      const settle: WaitingShare['settle'] = (outcome) =>
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
    const fault = this.#fault;
    if (fault !== undefined) return Promise.reject(fault);
    return this.#queries.ask((id) => this.#ask({ kind: 'digests', id, group: { network, workGroup } }));
  }

  /** Commits the shares that wait, then ends the thread. Does not wait for a disk that hangs. */
  close(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = Promise.withResolvers();
      clearTimeout(this.#nextAttempt);
      clearInterval(this.#looks);
      if (this.#thread !== undefined) this.#schedule();
      // A new file must say that these shares were refused.
      else if (this.#refused.length > 0) this.#startThread();
      else this.#endClose();
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
    this.#thread?.ask(request);
  }

  /** Why nothing can be asked at the moment. */
  get #fault(): AditError | undefined {
    if (this.#closed !== undefined) return closedError();
    if (this.#thread === undefined) return lostError(this.#health.problem);
    return this.#isStalled ? failedError(this.#health.problem) : undefined;
  }

  get #isOwed(): boolean {
    return this.waiting > 0 || this.#queries.size > 0 || this.#closed !== undefined;
  }

  /** The thread has not answered for ten seconds. */
  #onStall(): void {
    const thread = this.#thread;
    if (thread === undefined) return;
    const reason = 'the disk does not answer';
    this.#isStalled = true;
    this.#health.fails('disk_silent', reason);
    // No thread was asked to write these shares, so they cannot come back.
    this.#refuseWaiting(failedError(reason));
    this.#queries.failAll(failedError(reason));
    const hangsInCommit = thread.isOpen && this.#committing.length > 0;
    if (hangsInCommit && !this.#hung.full) this.#giveUp(thread, reason);
    else if (this.#closed !== undefined) {
      thread.unref();
      this.#endClose();
    }
  }

  /** From here on nothing that this thread writes counts, because the next file says where its own file ends. */
  #giveUp(thread: JournalThread, reason: string): void {
    this.#hung.add(thread);
    this.#isUrgent = true;
    this.#onLost(thread, reason, 'disk_silent');
  }

  #startThread(): void {
    const { dataFolder, access = OWNER_ONLY, networks = {}, commitDelayMs = 0 } = this.#options;
    const options: JournalStoreOptions = {
      dataFolder,
      instance: this.#instance,
      access,
      networks,
      commitDelayMs,
      isUrgent: this.#isUrgent,
      ...this.#ends.forNext(journalFolder(dataFolder)),
    };
    this.#patience.renew();
    this.#thread = new JournalThread(options, {
      onAnswer: (thread, answer) => {
        if (thread === this.#thread) this.#onAnswer(thread, answer);
      },
      onLost: (thread, reason, isGone) => this.#onLost(thread, reason, isGone ? 'file_gone' : undefined),
    });
  }

  #onAnswer({ isOpen }: JournalThread, answer: Exclude<JournalAnswer, { kind: 'broken' }>): void {
    this.#patience.renew();
    // The disk answers again.
    if (isOpen && this.#isStalled) this.#health.works();
    if (isOpen) this.#isStalled = false;
    switch (answer.kind) {
      case 'named':
        this.#ends.take(answer.taken);
        // The file says where the ones before it end, so the shares of a commit that hung can be refused.
        if (this.#isUrgent) this.#refuse(failedError(this.#health.problem));
        return;
      case 'recorded': // So does the record of each of them.
        return this.#refuse(failedError(this.#health.problem));
      case 'open':
        return this.#onOpen();
      case 'committed':
        this.#hasCommitted = true;
        this.#lastSequence = answer.lastSequence;
        for (const alarm of answer.alarms) this.#modules.onAlarm?.(alarm);
        this.#modules.onCommit?.(this.#committing.length, performance.now() - this.#committingSince);
        return this.#settleCommit(answer.kept);
      case 'digests':
        return this.#queries.answer(answer.id, answer.digests);
      case 'faults':
        this.#faults = answer.faults;
        return this.#modules.onFaults?.(answer.faults);
      case 'reading':
      case 'closed':
        return;
    }
  }

  /** The new file is open, and says where the files before it end: now refused shares can be answered. */
  #onOpen(): void {
    this.#openedAt = performance.now();
    this.#isUrgent = false;
    this.#ends.opened();
    this.#refuse(failedError(this.#health.problem));
    this.#opened.resolve();
    this.#health.works();
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
  #onLost(thread: JournalThread, reason: string, cause?: 'disk_silent' | 'file_gone'): void {
    if (thread !== this.#thread) return;
    this.#thread = undefined;
    const wasOpen = thread.isOpen;
    const isClosing = this.#closed !== undefined;
    // The thread of a closed journal ends after the last commit, which is not a problem.
    const isExpected = isClosing && this.waiting === 0;
    if (!isExpected) this.#health.fails(cause ?? (wasOpen ? 'commit_failed' : 'cannot_begin'), reason);
    const error = lostError(this.#health.problem);
    this.#opened.reject(error);
    this.#queries.failAll(error);
    this.#refused.push(...this.#committing);
    this.#committing = [];
    this.#ends.add({
      instance: this.#instance,
      lastSequence: this.#lastSequence,
      reason,
      wasOpen,
      wasUsed: this.#hasCommitted,
      isGone: cause === 'file_gone',
    });
    this.#hasCommitted = false;
    this.#lastSequence = 0;
    this.#instance = newInstanceName();
    if (isExpected) this.#endClose();
    else if (wasOpen && performance.now() - this.#openedAt >= REOPEN_MS) this.#startThread();
    else this.#pauseAfter(thread);
  }

  /** Waits before the next file: a thread that could not open its file would fail again at once, again and again. */
  #pauseAfter({ isOpen: wasOpen, saysEnds }: JournalThread): void {
    const error = lostError(this.#health.problem);
    this.#refuseWaiting(error);
    // If a new file could be made, it already says that these shares were refused, even if the disk failed to sync it.
    // If nothing could say so, they get no answer until something can: they may come back.
    if (!wasOpen && saysEnds) this.#refuse(error);
    if (this.#closed === undefined) this.#nextAttempt = setTimeout(() => this.#startThread(), REOPEN_MS);
    else if (wasOpen) this.#startThread();
    else this.#endClose();
  }

  #endClose(): void {
    this.#patience.end();
    this.#closed?.resolve();
  }

  #refuseWaiting(error: AditError): void {
    for (const { settle } of this.#waiting.splice(0)) settle(error);
  }

  #refuse(error: AditError): void {
    for (const { settle } of this.#refused.splice(0)) settle(error);
  }
}
