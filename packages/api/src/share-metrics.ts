import type { PoolEvent, PoolStatus } from '@adit/pool';
import { Counter, Histogram, type Registry } from 'prom-client';
import { REJECT_REASONS } from './labels.ts';

/** Buckets in seconds. A proof takes 0.1 ms of a thread and a commit some milliseconds; seconds mean a queue. */
const SHARE_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Shares and requests of miners. For each share it adds to two or three counters, which takes some 0.6 us. */
export class ShareMetrics {
  readonly #accepted: Counter<'chain' | 'port'>;
  readonly #rejected: Counter<'chain' | 'port' | 'reason'>;
  readonly #weight: Counter<'chain'>;
  readonly #seconds: Histogram<'chain' | 'verdict'>;
  readonly #requests: Counter<'port' | 'reason'>;
  readonly #targets: Counter<'port'>;
  readonly #known = new Set<string>();

  constructor(registry: Registry) {
    const registers = [registry];
    this.#accepted = new Counter({
      name: 'adit_shares_accepted_total',
      help: 'Accepted shares',
      labelNames: ['chain', 'port'],
      registers,
    });
    this.#rejected = new Counter({
      name: 'adit_shares_rejected_total',
      help: 'Refused shares, by reason',
      labelNames: ['chain', 'port', 'reason'],
      registers,
    });
    this.#weight = new Counter({
      name: 'adit_shares_weight_total',
      help:
        'Expected hashes (TrueHash) or solutions (Equihash) of the accepted shares: its rate is the ' +
        'hash rate. A float, for people to look at; the journal has the exact weights',
      labelNames: ['chain'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'adit_share_seconds',
      help: 'Time from the line of a share to its verdict, without shares that the session refuses by itself',
      labelNames: ['chain', 'verdict'],
      buckets: SHARE_SECONDS,
      registers,
    });
    this.#requests = new Counter({
      name: 'adit_requests_refused_total',
      help: 'Refused requests other than shares, by reason',
      labelNames: ['port', 'reason'],
      registers,
    });
    this.#targets = new Counter({
      name: 'adit_target_changes_total',
      help: 'Changes of the target of a connection',
      labelNames: ['port'],
      registers,
    });
  }

  accepted({ chain, port, weight, ms }: Extract<PoolEvent, { kind: 'share_accepted' }>): void {
    this.#accepted.inc({ chain, port });
    this.#weight.inc({ chain }, Number(weight));
    this.#seconds.observe({ chain, verdict: 'accepted' }, ms / 1000);
  }

  refused({ chain, port, reason, submission, ms }: Extract<PoolEvent, { kind: 'refused' }>): void {
    if (!submission) return this.#requests.inc({ port, reason });
    this.#rejected.inc({ chain, port, reason });
    if (ms > 0) this.#seconds.observe({ chain, verdict: 'rejected' }, ms / 1000);
  }

  targetChanged(port: string): void {
    this.#targets.inc({ port });
  }

  /** Called before each scrape. */
  collect(status: PoolStatus): void {
    for (const { name: port, chain } of status.ports) {
      if (this.#known.has(port)) continue;
      this.#known.add(port);
      this.#accepted.inc({ chain, port }, 0);
      this.#weight.inc({ chain }, 0);
      this.#targets.inc({ port }, 0);
      for (const reason of REJECT_REASONS) {
        this.#rejected.inc({ chain, port, reason }, 0);
        this.#requests.inc({ port, reason }, 0);
      }
    }
  }
}
