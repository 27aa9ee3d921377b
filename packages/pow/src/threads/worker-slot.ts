import type { Worker } from 'node:worker_threads';
import { messageOf } from '@adit/primitives';
import type { PendingJob } from './pending-job.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import { SharedBuffer } from './shared-buffer.ts';

/** The batch that the worker works on, and the next one, so that it never waits for us. More would only add latency. */
const MAX_BATCHES = 2;

/** The figures of a batch that a worker has answered. */
export interface Batch {
  /** Jobs of the batch. */
  readonly tasks: number;
  /** How long its oldest job had waited when the worker got it, in milliseconds. */
  readonly waitMs: number;
  /** From then, or from the answer to the batch before, to the answer, in milliseconds. */
  readonly workMs: number;
}

/** A batch that the worker has not answered. */
interface OpenBatch {
  readonly jobs: readonly PendingJob[];
  readonly buffer: SharedBuffer;
  readonly at: number;
}

export interface SlotModules {
  readonly createWorker: () => Worker;
  /** The messages that every new worker gets before its first batch. */
  readonly greetings: () => readonly ToWorker[];
  /** Called when the worker has answered a batch. */
  readonly onAnswer: (batch: Batch) => void;
  /** Called when the worker has died, with the jobs that it had, oldest first. */
  readonly onLost: (jobs: readonly PendingJob[], reason: string) => void;
}

/** A slot for one worker: it knows which jobs the worker has, and starts another worker when the worker dies. */
export class WorkerSlot {
  readonly #modules: SlotModules;
  #worker: Worker | undefined;
  #batches: OpenBatch[] = [];
  /** Buffers that no batch uses: at most `MAX_BATCHES`, since each was in use by an open batch before. */
  #buffers: SharedBuffer[] = [];
  #answeredAt = 0;
  /** A worker that dies before its first answer is replaced only when there is work, or it could die in a loop. */
  #hasAnswered = false;

  constructor(modules: SlotModules) {
    this.#modules = modules;
    this.#fill();
  }

  /** How many batches the slot can take now. */
  get room(): number {
    return MAX_BATCHES - this.#batches.length;
  }

  get isIdle(): boolean {
    return this.#batches.length === 0;
  }

  /** Sends one batch to the worker, where `room` is above zero. */
  give(jobs: readonly PendingJob[]): void {
    const worker = this.#worker ?? this.#fill();
    const buffer = this.#buffers.pop() ?? new SharedBuffer();
    this.#batches.push({ jobs, buffer, at: performance.now() });
    worker.postMessage(buffer.pack(jobs));
  }

  /** Sends a message to the worker, if there is one. A later worker learns the newest state from its greetings. */
  tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** Ends the worker and forgets the jobs that it has. */
  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #fill(): Worker {
    const worker = this.#modules.createWorker();
    this.#worker = worker;
    this.#hasAnswered = false;
    let reason: string | undefined;
    worker.on('message', (message: FromWorker) => {
      if (this.#worker === worker) this.#answered(message);
    });
    worker.on('error', (error) => {
      reason = messageOf(error);
    });
    worker.on('exit', (code) => {
      if (this.#worker === worker) this.#lost(reason ?? `the worker ended with code ${code}`);
    });
    for (const message of this.#modules.greetings()) worker.postMessage(message);
    return worker;
  }

  #answered({ outcomes }: FromWorker): void {
    const now = performance.now();
    const batch = this.#batches.shift();
    if (batch === undefined) return;
    const { jobs, buffer, at } = batch;
    this.#buffers.push(buffer);
    const workMs = now - Math.max(at, this.#answeredAt);
    const waitMs = jobs.reduce((longest, { since }) => Math.max(longest, at - since), 0);
    this.#answeredAt = now;
    this.#hasAnswered = true;
    for (const [i, job] of jobs.entries()) {
      job.settle(
        outcomes[i] ?? {
          kind: 'error',
          code: 'ADIT_VERIFIER_FAILED',
          message: 'the worker left out an answer',
        },
      );
    }
    this.#modules.onAnswer({ tasks: jobs.length, waitMs, workMs });
  }

  #lost(reason: string): void {
    const jobs = this.#batches.flatMap((batch) => batch.jobs);
    this.#batches = [];
    this.#worker = undefined;
    if (this.#hasAnswered) this.#fill();
    this.#modules.onLost(jobs, reason);
  }
}
