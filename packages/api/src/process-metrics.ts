import type { PoolStatus } from '@adit/pool';
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client';
import { EventLoopDelay, type EventLoopDelayModules } from './event-loop-delay.ts';

/** The process. Memory, CPU, descriptors and garbage collection have the usual names of Prometheus clients. */
export class ProcessMetrics {
  readonly #delay: EventLoopDelay;
  readonly #started: Gauge;
  readonly #ready: Gauge;
  readonly #draining: Gauge;

  /** @param version the version of Adit */
  constructor(version: string, registry: Registry, modules: EventLoopDelayModules) {
    const registers = [registry];
    collectDefaultMetrics({ register: registry });
    this.#delay = new EventLoopDelay(registry, modules);
    this.#started = new Gauge({
      name: 'adit_start_time_seconds',
      help: 'Unix time at which the pool started, in seconds',
      registers,
    });
    this.#ready = new Gauge({
      name: 'adit_ready',
      help: '1 while miners can be sent here, else 0: /ready says why',
      registers,
    });
    this.#draining = new Gauge({
      name: 'adit_draining',
      help: '1 after another process has taken the ports over',
      registers,
    });
    new Gauge({
      name: 'adit_build_info',
      help: 'Always 1; the labels say what runs',
      labelNames: ['version', 'node'],
      registers,
    }).set({ version, node: process.versions.node }, 1);
  }

  /** Called before each scrape. */
  collect(status: PoolStatus): void {
    this.#delay.collect();
    this.#started.set(status.startedMs / 1000);
    this.#ready.set(status.ready ? 1 : 0);
    this.#draining.set(status.draining ? 1 : 0);
  }

  close(): void {
    this.#delay.close();
  }
}
