import { setTimeout as delay } from 'node:timers/promises';

/** Waits, or rejects with an AbortError as soon as `signal` is aborted. */
export async function sleepFor(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms, undefined, signal === undefined ? undefined : { signal });
}

/**
 * Exponential back-off with jitter: between half of `base * 2^attempt` and the whole of it, at most `cap`. The jitter
 * keeps several pools from calling a node in the same instant after it has come back.
 */
export function backoffMs(attempt: number, base: number, cap: number, random: () => number): number {
  const whole = Math.min(cap, base * 2 ** Math.min(attempt, 30));
  return Math.round(whole * (0.5 + 0.5 * random()));
}
