import type { Worker } from 'node:worker_threads';
import { messageOf } from '@adit/primitives';
import { Parcel } from './parcel.ts';
import type { FromWorker, ToWorker } from './protocol.ts';
import type { Task } from './task.ts';

/** One batch is at work and the next lies ready, so that a worker never waits for us; more would only add latency. */
const MAX_BATCHES = 2;

/** How a batch fared. */
export interface Batch {
  readonly tasks: number;
  /** How long its oldest task had waited when a worker got it. */
  readonly waitMs: number;
  /** From then, or from the end of the batch before, to the answer. */
  readonly workMs: number;
}

interface Given {
  readonly tasks: readonly Task[];
  readonly parcel: Parcel;
  readonly at: number;
}

export interface SeatModules {
  readonly createWorker: () => Worker;
  /** What every new worker must know before its first batch. */
  readonly greet: () => readonly ToWorker[];
  /** A batch has been answered. */
  readonly onAnswer: (batch: Batch) => void;
  /** The worker is gone; these tasks, oldest first, were with it. */
  readonly onLost: (tasks: readonly Task[], reason: string) => void;
}

/** A place for one worker: knows which tasks are with it, and fills itself again after a death. */
export class WorkerSeat {
  readonly #modules: SeatModules;
  #worker: Worker | undefined;
  #batches: Given[] = [];
  /** Not in use; with those in use as many as batches. */
  #parcels: Parcel[] = [];
  #answeredAt = 0;
  /** A worker that dies before its first answer is not replaced until there is work: no crash loop. */
  #hasAnswered = false;

  constructor(modules: SeatModules) {
    this.#modules = modules;
    this.#fill();
  }

  /** Batches that it can take now. */
  get room(): number {
    return MAX_BATCHES - this.#batches.length;
  }

  get isIdle(): boolean {
    return this.#batches.length === 0;
  }

  give(tasks: readonly Task[]): void {
    const worker = this.#worker ?? this.#fill();
    const parcel = this.#parcels.pop() ?? new Parcel();
    this.#batches.push({ tasks, parcel, at: performance.now() });
    worker.postMessage(parcel.pack(tasks));
  }

  /** To the worker, if there is one: a later one is greeted with the newest state. */
  tell(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  /** Ends the worker; what is with it is forgotten. */
  async leave(): Promise<void> {
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
    for (const message of this.#modules.greet()) worker.postMessage(message);
    return worker;
  }

  #answered({ outcomes }: FromWorker): void {
    const now = performance.now();
    const given = this.#batches.shift();
    if (given === undefined) return;
    const { tasks, parcel, at } = given;
    this.#parcels.push(parcel);
    const workMs = now - Math.max(at, this.#answeredAt);
    const waitMs = tasks.reduce((longest, { since }) => Math.max(longest, at - since), 0);
    this.#answeredAt = now;
    this.#hasAnswered = true;
    for (const [i, task] of tasks.entries()) {
      task.settle(
        outcomes[i] ?? {
          kind: 'error',
          code: 'ADIT_VERIFIER_FAILED',
          message: 'the worker left an answer out',
        },
      );
    }
    this.#modules.onAnswer({ tasks: tasks.length, waitMs, workMs });
  }

  #lost(reason: string): void {
    const tasks = this.#batches.flatMap((batch) => batch.tasks);
    this.#batches = [];
    this.#worker = undefined;
    if (this.#hasAnswered) this.#fill();
    this.#modules.onLost(tasks, reason);
  }
}
