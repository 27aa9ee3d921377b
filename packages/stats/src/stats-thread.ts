import { Worker } from 'node:worker_threads';
import type { FileAccess, NetworksOfChains } from '@adit/journal';
import type { IntakeStep } from './share-intake.ts';

/** What the thread of the statistics reads and writes. */
export interface StatsThreadOptions {
  /** Folder of the pool, whose journals are read. */
  readonly dataFolder: string;
  /** File of the statistics. */
  readonly file: string;
  readonly access?: FileAccess;
  readonly networks?: NetworksOfChains;
  /** Time between two steps where no rows wait. */
  readonly everyMs?: number;
}

/** Listeners of the thread. */
export interface StatsThreadModules {
  /** Called when the file is there. It may be another one than before: a file that cannot be used is made anew. */
  readonly onOpen?: () => void;
  /** Called after each step. */
  readonly onStep?: (step: IntakeStep) => void;
  /** Called with the words of a fault, once until it is over or another one. The thread tries again by itself. */
  readonly onProblem?: (problem: string) => void;
}

/** What the thread says. */
export type StatsNews =
  | { readonly kind: 'open' }
  | { readonly kind: 'step'; readonly step: IntakeStep }
  | { readonly kind: 'problem'; readonly problem: string };

/** What it is told. */
export type StatsOrder = { readonly kind: 'alive'; readonly timeMs: number } | { readonly kind: 'close' };

/** A thread that ended by a fault begins again after this time. */
const AGAIN_MS = 5_000;

/** The thread that takes shares into the statistics: reading them must not hold up what is served. */
export class StatsThread {
  readonly #options: StatsThreadOptions;
  readonly #modules: StatsThreadModules;
  #worker: Worker | undefined;
  #again: NodeJS.Timeout | undefined;
  /** Why the thread ended last, until another one said something. */
  #death = '';
  #isClosed = false;

  constructor(options: StatsThreadOptions, modules: StatsThreadModules) {
    this.#options = options;
    this.#modules = modules;
    this.#start();
  }

  /** The pool said that it runs. @param timeMs wall clock */
  noteAlive(timeMs: number): void {
    this.#tell({ kind: 'alive', timeMs });
  }

  /** Ends after the step under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#again);
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise((resolve) => worker.once('exit', resolve));
    this.#tell({ kind: 'close' });
    await ended;
  }

  #tell(order: StatsOrder): void {
    this.#worker?.postMessage(order);
  }

  #start(): void {
    const worker = new Worker(new URL(import.meta.resolve('#stats-worker')), { workerData: this.#options });
    this.#worker = worker;
    worker.on('message', (news: StatsNews) => {
      if (news.kind === 'open') this.#modules.onOpen?.();
      else if (news.kind === 'step') this.#modules.onStep?.(news.step);
      else this.#modules.onProblem?.(news.problem);
      this.#death = '';
    });
    worker.on('error', ({ message }) => {
      if (message !== this.#death) this.#modules.onProblem?.(message);
      this.#death = message;
    });
    worker.once('exit', () => {
      this.#worker = undefined;
      if (this.#isClosed) return;
      this.#again = setTimeout(() => this.#start(), AGAIN_MS);
    });
  }
}
