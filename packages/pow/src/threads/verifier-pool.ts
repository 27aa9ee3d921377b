import { Worker } from 'node:worker_threads';
import { AditError, checkBytes, encodeHex } from '@adit/primitives';
import type { EquihashParams } from '../equihash/params.ts';
import type { EquihashVerdict } from '../equihash/verifier.ts';
import { TrueHashDataset } from '../truehash/dataset.ts';
import { FairQueue } from './fair-queue.ts';
import type { Lane } from './lane.ts';
import { PendingJob } from './pending-job.ts';
import type { Job, Outcome, ToWorker } from './protocol.ts';
import { type Batch, WorkerSlot } from './worker-slot.ts';

type EquihashJob = Extract<Job, { kind: 'equihash' }>;

/** How many threads verify, and how much may wait for them. */
export interface VerifierPoolOptions {
  /** Worker threads, 1 to 256. */
  readonly threads: number;
  /**
   * Jobs that may be accepted and not yet answered. When there are this many, the lane with the most waiting jobs loses
   * its newest one to the job that comes; where that lane is the job's own, the job is refused at once.
   */
  readonly maxQueued: number;
  /** Places beyond `maxQueued` that only urgent jobs take; default 64. */
  readonly reservedForUrgent?: number;
}

/** Whom a verifier pool tells, and what starts its threads. All may be left out. */
export interface VerifierPoolModules {
  readonly onWorkerLost?: (reason: string) => void;
  /** Called when a worker has answered a batch. */
  readonly onBatch?: (batch: Batch) => void;
  /**
   * Starts a worker thread that runs `@adit/pow/verify-worker`. Needed where a bundler has moved the code, so that the
   * worker cannot be found beside it: name the file that the bundler made of that export.
   */
  readonly createWorker?: () => Worker;
}

/** A message costs some 20 us on each side. Spread over 32 shares this is little, and they take only 2 ms to check. */
const MAX_BATCH_JOBS = 32;
/** The present and the next epoch of a few chains. Each dataset takes 80 KiB in every worker. */
const MAX_DATASETS = 16;
/** A job is tried again after the first death of its worker, but not after the second: the job may be what kills it. */
const MAX_LOSSES = 2;
const MAX_THREADS = 256;
const RESERVED_FOR_URGENT = 64;
/** The lane of callers that name none; they share one turn. */
const UNNAMED: Lane = { group: '', member: 0 };
/** The lane of datasets: before one is built, no share of its epoch can be checked. */
const URGENT: Lane = { group: '', member: 0, urgent: true };

/**
 * Checks proofs of work in worker threads. Jobs are copied when they are handed over. Jobs that wait are served in turn by
 * lane, so that a sender that floods delays only itself. An open pool keeps the process alive: close it.
 *
 * All methods that return a promise reject with AditError: `ADIT_VERIFIER_BUSY` when the queue is full,
 * `ADIT_VERIFIER_CLOSED` after close, `ADIT_VERIFIER_FAILED` when two workers died over a job, and what the
 * function itself throws (`ADIT_BAD_EQUIHASH_PARAMETERS`, `ADIT_BAD_SEEDS`, `ADIT_BAD_BYTES` for hex text, ...).
 */
export class VerifierPool {
  readonly #options: VerifierPoolOptions;
  readonly #modules: VerifierPoolModules;
  readonly #slots: readonly WorkerSlot[];
  readonly #waiting = new FairQueue<PendingJob>();
  /** By hex of their hash. */
  readonly #datasets = new Map<string, TrueHashDataset>();
  /** Jobs accepted and not answered: in the queue or with a worker. */
  #open = 0;
  #dispatchPlanned = false;
  #lastJob: EquihashJob | undefined;
  /** One error for all refusals: in a flood, the stack of each error would cost more than the job. */
  readonly #busy: AditError;
  #closing: { readonly promise: Promise<void>; readonly allDone: () => void } | undefined;

  /** @throws AditError `ADIT_BAD_VERIFIER_OPTIONS` */
  constructor(options: VerifierPoolOptions, modules: VerifierPoolModules = {}) {
    checkInteger('threads', options.threads, MAX_THREADS);
    checkInteger('maxQueued', options.maxQueued, Number.MAX_SAFE_INTEGER);
    if (options.reservedForUrgent !== undefined) {
      checkInteger('reservedForUrgent', options.reservedForUrgent, Number.MAX_SAFE_INTEGER, 0);
    }
    this.#options = options;
    this.#modules = modules;
    this.#busy = new AditError(
      'ADIT_VERIFIER_BUSY',
      `${options.maxQueued} jobs wait for the verifier already`,
    );
    const createWorker = modules.createWorker ?? newWorker;
    this.#slots = Array.from(
      { length: options.threads },
      () =>
        new WorkerSlot({
          createWorker,
          greetings: () => [...this.#datasets.values()].map(announcement),
          onAnswer: (batch) => this.#answered(batch),
          onLost: (jobs, reason) => this.#lost(jobs, reason),
        }),
    );
  }

  /** Jobs accepted and not yet answered. */
  get queued(): number {
    return this.#open;
  }

  /** The open jobs, the age of the oldest waiting one in milliseconds, and the number of groups with waiting jobs. */
  stats(): { readonly queued: number; readonly oldestMs: number; readonly groups: number } {
    const { oldest, groups } = this.#waiting;
    return { queued: this.#open, oldestMs: oldest === undefined ? 0 : performance.now() - oldest, groups };
  }

  /** @param input the header with its nonce, at most 1024 bytes @param solution without its length prefix */
  verifyEquihash(
    params: EquihashParams,
    input: Uint8Array,
    solution: Uint8Array,
    lane?: Lane,
  ): Promise<EquihashVerdict> {
    const job = this.#equihashJob(params, input.length, input.length + solution.length);
    return this.#submit(job, [input, solution], lane, verdictOf);
  }

  /** Makes a dataset known to all workers, present and future. @throws AditError `ADIT_TOO_MANY_DATASETS` */
  addDataset(dataset: TrueHashDataset): void {
    const key = encodeHex(dataset.hash);
    if (this.#datasets.has(key)) return;
    if (this.#datasets.size >= MAX_DATASETS) {
      throw new AditError('ADIT_TOO_MANY_DATASETS', `at most ${MAX_DATASETS} datasets: drop one first`);
    }
    this.#datasets.set(key, dataset);
    for (const slot of this.#slots) slot.tell(announcement(dataset));
  }

  /** Forgets a dataset. Hashes that wait for it are rejected with `ADIT_UNKNOWN_DATASET`. */
  dropDataset(hash: Uint8Array): void {
    const key = encodeHex(hash);
    if (!this.#datasets.delete(key)) return;
    for (const slot of this.#slots) slot.tell({ kind: 'drop', dataset: key });
  }

  /** @returns the digest, 32 bytes; rejects with `ADIT_UNKNOWN_DATASET` unless the dataset was added */
  trueHash(datasetHash: Uint8Array, headerHash: Uint8Array, nonce: bigint, lane?: Lane): Promise<Uint8Array> {
    const fault = faultOf([datasetHash]);
    if (fault !== undefined) return Promise.reject(fault);
    const dataset = hexOf(datasetHash);
    if (!this.#datasets.has(dataset)) {
      return Promise.reject(new AditError('ADIT_UNKNOWN_DATASET', `no dataset ${dataset} is loaded`));
    }
    const job: Job = { kind: 'truehash', size: headerHash.length, dataset, nonce };
    return this.#submit(job, [headerHash], lane, digestOf);
  }

  /** Builds a dataset from its seeds in a worker. The caller adds it. */
  buildDataset(seeds: Uint8Array): Promise<TrueHashDataset> {
    const job: Job = { kind: 'build', size: seeds.length };
    return this.#submit(job, [seeds], URGENT, (outcome) =>
      TrueHashDataset.fromParts(expect(outcome, 'build')),
    );
  }

  /** Takes no more jobs, finishes the jobs that it has, and ends the workers. */
  close(): Promise<void> {
    this.#closing ??= this.#startClosing();
    return this.#closing.promise;
  }

  /** The same as {@link close}, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #startClosing() {
    // Node 20, which this package supports, has no `Promise.withResolvers`.
    let allDone = (): void => {};
    const idle = new Promise<void>((resolve) => {
      allDone = resolve;
    });
    if (this.#open === 0) allDone();
    const promise = idle.then(async () => {
      await Promise.all(this.#slots.map((slot) => slot.close()));
    });
    return { promise, allDone };
  }

  /** Makes one promise for each job and nothing more, since this runs for every share. */
  #submit<T>(
    job: Job,
    parts: readonly Uint8Array[],
    lane: Lane = UNNAMED,
    read: (outcome: Outcome) => T,
  ): Promise<T> {
    const refusal = faultOf(parts) ?? this.#refusal(lane);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const onOutcome = (outcome: Outcome) => resolve(read(outcome));
      this.#waiting.push(new PendingJob(lane, job, joined(job.size, parts), { onOutcome, onError: reject }));
      this.#open += 1;
      this.#planDispatch();
    });
  }

  /** Refuses a job, or makes room for it: where the queue is full, the lane with the most jobs loses its newest one. */
  #refusal(lane: Lane): AditError | undefined {
    if (this.#closing !== undefined) return new AditError('ADIT_VERIFIER_CLOSED', 'the verifier is closed');
    const { maxQueued, reservedForUrgent = RESERVED_FOR_URGENT } = this.#options;
    const places = lane.urgent === true ? maxQueued + reservedForUrgent : maxQueued;
    if (this.#open < places) return undefined;
    const loser = this.#waiting.makeRoom(lane);
    if (loser === undefined) return this.#busy;
    loser.fail(this.#busy);
    this.#done(1);
    return undefined;
  }

  /** @returns the same object for equal jobs, so that the message of a batch holds it only once */
  #equihashJob({ n, k, personalization }: EquihashParams, inputBytes: number, size: number): EquihashJob {
    const last = this.#lastJob;
    const params = last?.params;
    const isSame = params?.n === n && params.k === k && params.personalization === personalization;
    if (last !== undefined && isSame && last.inputBytes === inputBytes && last.size === size) return last;
    this.#lastJob = { kind: 'equihash', size, params: { n, k, personalization }, inputBytes };
    return this.#lastJob;
  }

  /** Dispatches at the end of the present callback, so that all shares of one read make one batch. */
  #planDispatch(): void {
    if (this.#dispatchPlanned) return;
    this.#dispatchPlanned = true;
    queueMicrotask(() => {
      this.#dispatchPlanned = false;
      this.#dispatch();
    });
  }

  /** Spreads the waiting jobs over idle workers first; only a full load makes full batches. */
  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#slots.filter((slot) => slot.isIdle);
      const slot = idle[0] ?? this.#slots.find((busy) => busy.room > 0);
      if (slot === undefined) return;
      const fairPart = Math.ceil(this.#waiting.length / Math.max(1, idle.length));
      slot.give(this.#waiting.take(Math.min(MAX_BATCH_JOBS, fairPart)));
    }
  }

  #answered(batch: Batch): void {
    this.#done(batch.tasks);
    this.#dispatch();
    this.#modules.onBatch?.(batch);
  }

  #lost(jobs: readonly PendingJob[], reason: string): void {
    for (const job of jobs) job.losses += 1;
    const hopeless = jobs.filter((job) => job.losses >= MAX_LOSSES);
    this.#waiting.returnToFront(jobs.filter((job) => job.losses < MAX_LOSSES));
    for (const job of hopeless) {
      const why = `two workers died over this job, the last one because: ${reason}`;
      job.fail(new AditError('ADIT_VERIFIER_FAILED', why));
    }
    this.#done(hopeless.length);
    this.#modules.onWorkerLost?.(reason);
    this.#planDispatch();
  }

  #done(jobs: number): void {
    this.#open -= jobs;
    if (this.#open === 0) this.#closing?.allDone();
  }
}

function newWorker(): Worker {
  return new Worker(new URL(import.meta.resolve('#verify-worker')));
}

function announcement({ hash, masks }: TrueHashDataset): ToWorker {
  return { kind: 'add', dataset: encodeHex(hash), hash: new Uint8Array(hash), masks };
}

/** Text would be copied as zeros, and judged as if these were the share. */
function faultOf(parts: readonly Uint8Array[]): unknown {
  try {
    for (const part of parts) checkBytes(part, 'what is verified');
    return undefined;
  } catch (fault) {
    return fault;
  }
}

const verdictOf = (outcome: Outcome) => expect(outcome, 'equihash').verdict;
const digestOf = (outcome: Outcome) => expect(outcome, 'truehash').digest;

/** `encodeHex` of the platform: this runs for every TrueHash share. */
function hexOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('hex');
}

/** @returns a copy in Node's pool of buffers: a typed array with memory of its own takes over a microsecond to make */
function joined(size: number, parts: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function expect<K extends Outcome['kind']>(outcome: Outcome, kind: K): Extract<Outcome, { kind: K }> {
  if (outcome.kind === kind) return outcome as Extract<Outcome, { kind: K }>;
  throw new AditError('ADIT_VERIFIER_FAILED', `the worker answered ${outcome.kind} to ${kind}`);
}

function checkInteger(name: string, value: number, most: number, least = 1): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new AditError(
    'ADIT_BAD_VERIFIER_OPTIONS',
    `${name} must be an integer from ${least} to ${most}, not ${value}`,
  );
}
