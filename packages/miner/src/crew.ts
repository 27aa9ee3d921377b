import { Worker } from 'node:worker_threads';
import type { MineOrder, MineReport, MineTask, MineWorkerData } from './mine-protocol.ts';

export type MineShare = Exclude<MineReport, { kind: 'done' }>;
type TaskWithoutGeneration = MineTask extends infer T
  ? T extends MineTask
    ? Omit<T, 'generation'>
    : never
  : never;

export interface CrewModules {
  /** A share of the newest task; shares of older ones are dropped before. */
  readonly onShare: (share: MineShare) => void;
  readonly onFailure: (reason: string) => void;
}

/** The mining threads: all work on one task, and leave it within milliseconds for the next. */
export class Crew {
  readonly #workers: Worker[];
  readonly #newest = new Int32Array(new SharedArrayBuffer(4));
  readonly #modules: CrewModules;
  #count = 0;
  #stopped = false;

  constructor(options: { threads: number }, modules: CrewModules) {
    this.#modules = modules;
    this.#workers = Array.from({ length: options.threads }, (_, thread) => this.#start(thread));
  }

  /** Replaces whatever the threads do. */
  assign(task: TaskWithoutGeneration): void {
    const generation = this.#next();
    for (const worker of this.#workers) worker.postMessage({ ...task, generation } as MineOrder);
  }

  /** Stops whatever the threads do, without a new task. */
  idle(): void {
    this.#next();
  }

  /** Solutions or hashes since the last call. */
  takeCount(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.idle();
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #next(): number {
    return Atomics.add(this.#newest, 0, 1) + 1;
  }

  #start(thread: number): Worker {
    const data: MineWorkerData = { generation: this.#newest.buffer as SharedArrayBuffer, thread };
    const worker = new Worker(new URL(import.meta.resolve('#mine-worker')), { workerData: data });
    worker.on('message', (message: MineReport) => {
      if (message.kind === 'done') this.#count += message.count;
      else if (message.generation === Atomics.load(this.#newest, 0)) this.#modules.onShare(message);
    });
    worker.on('error', (error) =>
      this.#modules.onFailure(`mining thread ${thread} failed: ${error.message}`),
    );
    worker.on('exit', (code) => {
      if (!this.#stopped) this.#modules.onFailure(`mining thread ${thread} ended with status ${code}`);
    });
    return worker;
  }
}
