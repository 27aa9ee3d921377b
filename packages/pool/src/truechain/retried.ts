import { setTimeout as sleep } from 'node:timers/promises';

export interface Retries {
  /** Milliseconds between two attempts. */
  readonly retryMs: number;
  /** Ends the attempts. */
  readonly signal: AbortSignal;
  /** An attempt failed. */
  readonly onError: (error: unknown) => void;
}

/** @returns what the first attempt without an error brings; undefined where `signal` ended the attempts */
export async function retried<T>(
  attempt: () => Promise<T>,
  { retryMs, signal, onError }: Retries,
): Promise<T | undefined> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (signal.aborted) return undefined;
      onError(error);
    }
    try {
      await sleep(retryMs, undefined, { signal, ref: false });
    } catch {
      return undefined;
    }
  }
}
