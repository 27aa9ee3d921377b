import { sleepFor } from '@adit/rpc';

/** What a piece of repeated work says about when it should run again. */
export type BeatOutcome = 'again' | 'later';

export interface BeatOptions {
  /** Pause behind a run that has nothing more to do. */
  readonly pauseMs: number;
  /** Pause behind a run that failed. */
  readonly failedMs: number;
}

export interface BeatModules {
  /** One run. It may throw: the next run tries again. */
  readonly run: () => Promise<BeatOutcome>;
  readonly onError: (error: unknown) => void;
}

/** Runs a piece of work again and again, never twice at once, until it is stopped. */
export class Beat {
  readonly #options: BeatOptions;
  readonly #modules: BeatModules;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(options: BeatOptions, modules: BeatModules) {
    this.#options = options;
    this.#modules = modules;
  }

  start(): void {
    this.#loop ??= this.#turn();
  }

  /** Resolves when the run under way has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #turn(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const pauseMs = await this.#runOnce();
      // Also for 0 ms: other work of the process gets its turn.
      await sleepFor(pauseMs, signal).catch(() => {});
    }
  }

  async #runOnce(): Promise<number> {
    try {
      return (await this.#modules.run()) === 'again' ? 0 : this.#options.pauseMs;
    } catch (error) {
      this.#modules.onError(error);
      return this.#options.failedMs;
    }
  }
}
