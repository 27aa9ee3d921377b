import type { PoolStatus } from '@adit/pool';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Buckets in seconds. An SSD syncs in 1 or 2 ms, a disk in 10 or 20 ms. */
const COMMIT_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5];

/** The journal, which keeps a share before the pool answers `true`. */
export class JournalMetrics {
  readonly #commit: Histogram;
  readonly #shares: Counter;
  readonly #waiting: Gauge;
  readonly #broken: Gauge;

  constructor(registry: Registry) {
    const registers = [registry];
    this.#commit = new Histogram({
      name: 'adit_journal_commit_seconds',
      help: 'Time of one commit of all waiting shares',
      buckets: COMMIT_SECONDS,
      registers,
    });
    this.#shares = new Counter({
      name: 'adit_journal_shares_total',
      help: 'Shares written to disk',
      registers,
    });
    this.#waiting = new Gauge({
      name: 'adit_journal_waiting',
      help: 'Shares that wait for the next commit',
      registers,
    });
    this.#broken = new Gauge({
      name: 'adit_journal_broken',
      help: '1 while the journal keeps nothing and shares are refused, else 0',
      registers,
    });
  }

  committed(shares: number, ms: number): void {
    this.#shares.inc(shares);
    this.#commit.observe(ms / 1000);
  }

  /** Called before each scrape. */
  collect({ journal }: PoolStatus): void {
    this.#waiting.set(journal.waiting);
    this.#broken.set(journal.problem === undefined ? 0 : 1);
  }
}
