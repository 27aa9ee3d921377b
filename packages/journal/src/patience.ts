/**
 * Seconds without an answer after which the disk counts as hanging. A disk that writes back gigabytes for another
 * program may stall for some seconds, and shares that are refused are lost work.
 */
const PATIENCE_TICKS = 10;
const TICK_MS = 1_000;

export interface PatienceOptions {
  /** For tests. Default: 1,000. */
  readonly tickMs?: number | undefined;
}

export interface PatienceModules {
  /** Whether an answer is owed. */
  readonly owed: () => boolean;
  /** There was no sign of life for ten ticks while an answer was owed. Called again after ten more. */
  readonly onOver: () => void;
}

/**
 * Notices that a thread has stopped to answer. It counts ticks instead of reading a clock: after a pause of the whole
 * process (a debugger, SIGSTOP) the answers of the thread lie ready, and one tick comes before them, not ten.
 */
export class Patience {
  readonly #modules: PatienceModules;
  readonly #timer: NodeJS.Timeout;
  #ticks = 0;

  constructor({ tickMs = TICK_MS }: PatienceOptions, modules: PatienceModules) {
    this.#modules = modules;
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  /** The thread has answered, or has just been asked while it owed nothing. */
  renew(): void {
    this.#ticks = 0;
  }

  end(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    if (!this.#modules.owed()) {
      this.#ticks = 0;
      return;
    }
    this.#ticks += 1;
    if (this.#ticks <= PATIENCE_TICKS) return;
    this.#ticks = 0;
    this.#modules.onOver();
  }
}
