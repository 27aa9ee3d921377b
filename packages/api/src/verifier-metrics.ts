import type { PoolEvent, PoolStatus } from '@adit/pool';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Buckets in seconds. A proof takes 0.1 ms, and a batch has up to 32; an attack may delay others by 100 ms. */
const BATCH_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** The threads that check proofs of work. */
export class VerifierMetrics {
  readonly #queue: Gauge;
  readonly #oldest: Gauge;
  readonly #threads: Gauge;
  readonly #tasks: Counter;
  readonly #wait: Histogram;
  readonly #work: Histogram;
  readonly #lost: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#queue = new Gauge({
      name: 'adit_verifier_queue',
      help: 'Proofs that wait for a thread',
      registers,
    });
    this.#oldest = new Gauge({
      name: 'adit_verifier_oldest_seconds',
      help: 'How long the oldest waiting proof has waited',
      registers,
    });
    this.#threads = new Gauge({
      name: 'adit_verifier_threads',
      help: 'Threads that check proofs',
      registers,
    });
    this.#tasks = new Counter({
      name: 'adit_verifier_tasks_total',
      help: 'Checked proofs, valid and invalid',
      registers,
    });
    this.#wait = new Histogram({
      name: 'adit_verifier_wait_seconds',
      help: 'How long the oldest proof of a batch had waited',
      buckets: BATCH_SECONDS,
      registers,
    });
    this.#work = new Histogram({
      name: 'adit_verifier_work_seconds',
      help: 'How long a thread worked on a batch',
      buckets: BATCH_SECONDS,
      registers,
    });
    this.#lost = new Counter({
      name: 'adit_verifier_threads_lost_total',
      help: 'Threads that ended and were replaced',
      registers,
    });
  }

  verified({ tasks, waitMs, workMs }: Extract<PoolEvent, { kind: 'verified' }>): void {
    this.#tasks.inc(tasks);
    this.#wait.observe(waitMs / 1000);
    this.#work.observe(workMs / 1000);
  }

  lost(): void {
    this.#lost.inc();
  }

  /** Called before each scrape. */
  collect({ verifier }: PoolStatus): void {
    this.#queue.set(verifier.queued);
    this.#oldest.set(verifier.oldestMs / 1000);
    this.#threads.set(verifier.threads);
  }
}
