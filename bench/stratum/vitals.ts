import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Vitals {
  /** Bytes of memory that the process has, after forced collections. */
  readonly rss: number;
  /** Seconds of processor time since its start, all threads. */
  readonly cpuSeconds: number;
}

const RESOLUTION_MS = 1;

/** What both servers of the benchmark tell of themselves. */
export function vitalCommands() {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  return {
    vitals: (): Vitals => {
      globalThis.gc?.();
      globalThis.gc?.();
      const { user, system } = process.cpuUsage();
      return { rss: process.memoryUsage.rss(), cpuSeconds: (user + system) / 1e6 };
    },
    /** Milliseconds at the 99.9th percentile since the last call, without the timer's own step. */
    eventLoopP999: (): number => {
      const p999 = delay.percentile(99.9) / 1e6 - RESOLUTION_MS;
      delay.reset();
      return Math.max(0, p999);
    },
  };
}
