/** More long polls at once than a devnet's guests ever hold. */
const MAX_WAITERS = 256;

/** Wakes everybody who waits for the chain or the mempool to change. */
export class ChangeSignal {
  readonly #waiters = new Set<() => void>();

  /** Whether another one would be too many. */
  get full(): boolean {
    return this.#waiters.size >= MAX_WAITERS;
  }

  notify(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /** Resolves at the next change, after `ms`, or when `signal` is aborted. Ask `full` before. */
  wait(ms: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, ms);
      this.#waiters.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
