import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Gauge, type Registry } from 'prom-client';

const RESOLUTION_MS = 10;
/**
 * The figures are those of a window, which ends with the first scrape that finds it older than this. So two Prometheus
 * servers, or a person with curl, do not reset each other's figures.
 */
const WINDOW_MS = 10_000;
const QUANTILES = [
  ['0.5', 50],
  ['0.99', 99],
  ['0.999', 99.9],
] as const;

export interface EventLoopDelayModules {
  /** Milliseconds of a monotonic clock. */
  readonly now: () => number;
}

/** How late timers fire: the line of a miner waits as long before the pool reads it. */
export class EventLoopDelay {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  readonly #seconds: Gauge<'quantile'>;
  readonly #now: () => number;
  #since: number;

  constructor(registry: Registry, modules: EventLoopDelayModules) {
    this.#now = modules.now;
    this.#since = modules.now();
    this.#seconds = new Gauge({
      name: 'adit_event_loop_delay_seconds',
      help: 'How late timers fire: quantiles over the last seconds; quantile 1 is the longest delay',
      labelNames: ['quantile'],
      registers: [registry],
    });
    this.#histogram.enable();
  }

  /** Called before each scrape. */
  collect(): void {
    for (const [quantile, percent] of QUANTILES) this.#set(quantile, this.#histogram.percentile(percent));
    this.#set('1', this.#histogram.max);
    if (this.#now() - this.#since < WINDOW_MS) return;
    this.#since = this.#now();
    this.#histogram.reset();
  }

  /** Stops measuring. */
  close(): void {
    this.#histogram.disable();
  }

  /** The histogram holds the time between two of its timers: the part beyond the resolution is the delay. */
  #set(quantile: string, nanoseconds: number): void {
    this.#seconds.set({ quantile }, Math.max(0, nanoseconds / 1e9 - RESOLUTION_MS / 1000));
  }
}
