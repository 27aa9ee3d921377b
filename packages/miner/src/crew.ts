import { Worker } from 'node:worker_threads';
import type { CrewModules, MiningCrew } from './mining-crew.ts';
import { Generations } from './work/generations.ts';
import type { MineKind, MineReport, MineTask, MineWorkerData } from './work/mine-protocol.ts';

/** A solution or nonce that met the target of its task. */
export type MineShare = Exclude<MineReport, { kind: 'done' }>;
/** A task before the crew numbers it. */
export type NewTask = { [Kind in MineKind]: Omit<MineTask<Kind>, 'generation'> }[MineKind];

/** The mining threads. All work on one task, and leave it for the next one within milliseconds, or behind their nonce. */
export class Crew implements MiningCrew<NewTask> {
  readonly #workers: Worker[];
  readonly #generations = new Generations();
  readonly #modules: CrewModules<MineShare>;
  #count = 0;
  #stopped = false;

  constructor(options: { readonly threads: number }, modules: CrewModules<MineShare>) {
    this.#modules = modules;
    this.#workers = Array.from({ length: options.threads }, (_, thread) => this.#start(thread));
  }

  /**
   * Gives all threads this task in place of the one that they have.
   * @param keep whether each thread first finishes the nonce that it is at: a nonce of Equihash takes up to a second, and
   *   under jobs that come faster than that a miner that drops it would never find a share
   */
  assign(task: NewTask, keep: boolean): void {
    const numbered = { ...task, generation: this.#generations.next(keep) } satisfies MineTask;
    for (const worker of this.#workers) worker.postMessage(numbered);
  }

  /** Stops the work of all threads until the next task. */
  idle(): void {
    this.#generations.next(false);
  }

  /** @returns solutions or hashes since the last call */
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

  #start(thread: number): Worker {
    const data: MineWorkerData = { generations: this.#generations.buffer, thread };
    const worker = new Worker(new URL(import.meta.resolve('#mine-worker')), { workerData: data });
    worker.on('message', (message: MineReport) => {
      if (message.kind === 'done') this.#count += message.count;
      else if (!this.#generations.isDropped(message.generation)) this.#modules.onShare(message);
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

/** The crew of the miners of this room. */
export function threadCrew(options: { readonly threads: number }, modules: CrewModules<MineShare>): Crew {
  return new Crew(options, modules);
}
