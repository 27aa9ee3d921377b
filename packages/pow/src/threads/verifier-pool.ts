import { Worker } from 'node:worker_threads';
import { AditError, encodeHex } from '@adit/primitives';
import type { EquihashParams } from '../equihash/params.ts';
import type { EquihashVerdict } from '../equihash/verifier.ts';
import { TrueHashDataset } from '../truehash/dataset.ts';
import { FairQueue } from './fair-queue.ts';
import type { Job, Outcome, ToWorker } from './protocol.ts';
import { Task } from './task.ts';
import type { Lane } from './turns.ts';
import { type Batch, WorkerSeat } from './worker-seat.ts';

export interface VerifierPoolOptions {
  /** Worker threads, 1 to 256. */
  readonly threads: number;
  /**
   * Jobs that may be accepted and not yet answered. Beyond, whoever has most of them waiting loses his newest one, or,
   * where that is the one who asks, the job is refused at once.
   */
  readonly maxQueued: number;
  /** Places beyond that for urgent jobs; default 64. */
  readonly reservedForUrgent?: number;
}

export interface VerifierPoolModules {
  readonly onWorkerLost?: (reason: string) => void;
  /** A worker has answered a batch. */
  readonly onBatch?: (batch: Batch) => void;
  /** For tests, which end a worker to see what happens. */
  readonly createWorker?: () => Worker;
}

/** A message costs some 20 us on both sides; 32 shares make that small and still take only 2 ms to check. */
const MAX_BATCH = 32;
/** Present and next epoch, for a few chains; 80 KiB each in every worker. */
const MAX_DATASETS = 16;
/** A job is tried again after the first death of its worker, not after the second: it may be what kills it. */
const MAX_LOSSES = 2;
const MAX_THREADS = 256;
const RESERVED_FOR_URGENT = 64;
/** Of whoever does not say who he is. */
const NOBODY: Lane = { group: '', member: 0 };
/** Building a dataset: nothing of the new epoch can be checked before. */
const URGENT: Lane = { group: '', member: 0, urgent: true };

/**
 * Checks proofs of work in worker threads. Jobs are copied when they are handed over. Those that wait get their turns by
 * lane, so that one who floods delays himself.
 *
 * All methods that return a promise reject with AditError: `ADIT_VERIFIER_BUSY` when the queue is full,
 * `ADIT_VERIFIER_CLOSED` after close, `ADIT_VERIFIER_FAILED` when two workers died over a job, and what the
 * function itself throws (`ADIT_BAD_EQUIHASH_PARAMETERS`, `ADIT_BAD_SEEDS`, ...).
 */
export class VerifierPool {
  readonly #options: VerifierPoolOptions;
  readonly #modules: VerifierPoolModules;
  readonly #seats: readonly WorkerSeat[];
  readonly #waiting = new FairQueue<Task>();
  /** By hex of their hash. */
  readonly #datasets = new Map<string, TrueHashDataset>();
  /** Accepted and not answered: waiting or with a worker. */
  #open = 0;
  #dispatchPlanned = false;
  #lastParams: EquihashParams | undefined;
  /** One for all: where a flood is refused, the stack of each error would cost more than the job. */
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
    this.#seats = Array.from(
      { length: options.threads },
      () =>
        new WorkerSeat({
          createWorker,
          greet: () => [...this.#datasets.values()].map(announcement),
          onAnswer: (batch) => this.#answered(batch),
          onLost: (tasks, reason) => this.#lost(tasks, reason),
        }),
    );
  }

  /** Jobs accepted and not yet answered. */
  get queued(): number {
    return this.#open;
  }

  /** What waits: how many jobs, the age of the oldest in milliseconds, of how many groups. */
  stats(): { readonly queued: number; readonly oldestMs: number; readonly groups: number } {
    const { oldest, groups } = this.#waiting;
    return { queued: this.#open, oldestMs: oldest === undefined ? 0 : performance.now() - oldest, groups };
  }

  /** @param input header with nonce, at most 1024 bytes @param solution without prefix */
  verifyEquihash(
    params: EquihashParams,
    input: Uint8Array,
    solution: Uint8Array,
    lane?: Lane,
  ): Promise<EquihashVerdict> {
    const size = input.length + solution.length;
    const job: Job = { kind: 'equihash', size, params: this.#plain(params), inputBytes: input.length };
    return this.#submit(job, [input, solution], lane, (outcome) => expect(outcome, 'equihash').verdict);
  }

  /** Makes a dataset known to all workers, present and future. @throws AditError `ADIT_TOO_MANY_DATASETS` */
  addDataset(dataset: TrueHashDataset): void {
    const key = encodeHex(dataset.hash);
    if (this.#datasets.has(key)) return;
    if (this.#datasets.size >= MAX_DATASETS) {
      throw new AditError('ADIT_TOO_MANY_DATASETS', `at most ${MAX_DATASETS} datasets: drop one first`);
    }
    this.#datasets.set(key, dataset);
    for (const seat of this.#seats) seat.tell(announcement(dataset));
  }

  /** Forgets a dataset. Hashes that still wait for it are rejected with `ADIT_UNKNOWN_DATASET`. */
  dropDataset(hash: Uint8Array): void {
    const key = encodeHex(hash);
    if (!this.#datasets.delete(key)) return;
    for (const seat of this.#seats) seat.tell({ kind: 'drop', dataset: key });
  }

  /** Digest, 32 bytes. Rejects with `ADIT_UNKNOWN_DATASET` unless the dataset was added. */
  trueHash(datasetHash: Uint8Array, headerHash: Uint8Array, nonce: bigint, lane?: Lane): Promise<Uint8Array> {
    const dataset = encodeHex(datasetHash);
    if (!this.#datasets.has(dataset)) {
      return Promise.reject(new AditError('ADIT_UNKNOWN_DATASET', `no dataset ${dataset} is loaded`));
    }
    const job: Job = { kind: 'truehash', size: headerHash.length, dataset, nonce };
    return this.#submit(job, [headerHash], lane, (outcome) => expect(outcome, 'truehash').digest);
  }

  /** Builds a dataset from its seeds off this thread. It still has to be added. */
  buildDataset(seeds: Uint8Array): Promise<TrueHashDataset> {
    const job: Job = { kind: 'build', size: seeds.length };
    return this.#submit(job, [seeds], URGENT, (outcome) =>
      TrueHashDataset.fromParts(expect(outcome, 'build')),
    );
  }

  /** Takes no more jobs, finishes those it has, ends the workers. */
  close(): Promise<void> {
    this.#closing ??= this.#startClosing();
    return this.#closing.promise;
  }

  #startClosing() {
    const { promise: idle, resolve: allDone } = Promise.withResolvers<void>();
    if (this.#open === 0) allDone();
    const promise = idle.then(async () => {
      await Promise.all(this.#seats.map((seat) => seat.leave()));
    });
    return { promise, allDone };
  }

  /** One promise for each job and no more: this runs for every share. */
  #submit<T>(
    job: Job,
    parts: readonly Uint8Array[],
    lane: Lane = NOBODY,
    read: (outcome: Outcome) => T,
  ): Promise<T> {
    const refusal = this.#refusal(lane);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const onOutcome = (outcome: Outcome) => resolve(read(outcome));
      this.#waiting.push(new Task(lane, job, joined(job.size, parts), { onOutcome, onError: reject }));
      this.#open += 1;
      this.#planDispatch();
    });
  }

  /** Where there is no room, whoever holds most of the queue loses his newest job for this one. */
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

  /** The same object as long as nothing differs: cloning a batch then writes it once. */
  #plain({ n, k, personalization }: EquihashParams): EquihashParams {
    const last = this.#lastParams;
    if (last?.n === n && last.k === k && last.personalization === personalization) return last;
    this.#lastParams = { n, k, personalization };
    return this.#lastParams;
  }

  /** At the end of the present callback, so that all shares of one read make one batch. */
  #planDispatch(): void {
    if (this.#dispatchPlanned) return;
    this.#dispatchPlanned = true;
    queueMicrotask(() => {
      this.#dispatchPlanned = false;
      this.#dispatch();
    });
  }

  /** Spreads what waits over idle workers first; only a full load makes full batches. */
  #dispatch(): void {
    while (this.#waiting.length > 0) {
      const idle = this.#seats.filter((seat) => seat.isIdle);
      const seat = idle[0] ?? this.#seats.find((busy) => busy.room > 0);
      if (seat === undefined) return;
      const fairPart = Math.ceil(this.#waiting.length / Math.max(1, idle.length));
      seat.give(this.#waiting.take(Math.min(MAX_BATCH, fairPart)));
    }
  }

  #answered(batch: Batch): void {
    this.#done(batch.tasks);
    this.#dispatch();
    this.#modules.onBatch?.(batch);
  }

  #lost(tasks: readonly Task[], reason: string): void {
    for (const task of tasks) task.losses += 1;
    const hopeless = tasks.filter((task) => task.losses >= MAX_LOSSES);
    this.#waiting.returnToFront(tasks.filter((task) => task.losses < MAX_LOSSES));
    for (const task of hopeless) {
      const why = `two workers died over this job, the last one because: ${reason}`;
      task.fail(new AditError('ADIT_VERIFIER_FAILED', why));
    }
    this.#done(hopeless.length);
    this.#modules.onWorkerLost?.(reason);
    this.#planDispatch();
  }

  #done(tasks: number): void {
    this.#open -= tasks;
    if (this.#open === 0) this.#closing?.allDone();
  }
}

function newWorker(): Worker {
  return new Worker(new URL(import.meta.resolve('#verify-worker')));
}

function announcement({ hash, masks }: TrueHashDataset): ToWorker {
  return { kind: 'add', dataset: encodeHex(hash), hash: new Uint8Array(hash), masks };
}

/** A copy, in Node's pool of buffers: a typed array with memory of its own takes over a microsecond to make. */
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
