/** More long polls at once than the callers of a devnet ever hold. */
const MAX_WAITERS = 256;

/** Wakes every long poll when the chain or the mempool changes. */
export class ChangeSignal {
  readonly #waiters = new Set<() => void>();

  /** True if no more calls of `wait` may be added. */
  get full(): boolean {
    return this.#waiters.size >= MAX_WAITERS;
  }

  notify(): void {
    for (const wake of [...this.#waiters]) wake();
  }

  /** Resolves at the next change, after `ms`, or when `signal` is aborted. The caller must check `full` before. */
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
