import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Vitals {
  /** Bytes of memory of the process after forced garbage collections. */
  readonly rss: number;
  /** Seconds of processor time of all threads since the start. */
  readonly cpuSeconds: number;
}

const RESOLUTION_MS = 1;

/** The commands that both servers of the benchmark answer about themselves. */
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
    /** The delay of the event loop since the last call, in ms at the 99.9th percentile, without the timer's resolution. */
    eventLoopP999: (): number => {
      const p999 = delay.percentile(99.9) / 1e6 - RESOLUTION_MS;
      delay.reset();
      return Math.max(0, p999);
    },
  };
}
