import type { PoolEvent, PoolStatus } from '@adit/pool';
import { Registry } from 'prom-client';
import { ConnectionMetrics } from './connection-metrics.ts';
import { DiskMetrics } from './disk-metrics.ts';
import { JournalMetrics } from './journal-metrics.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { ProtectionMetrics } from './protection-metrics.ts';
import { ShareMetrics } from './share-metrics.ts';
import { VerifierMetrics } from './verifier-metrics.ts';
import { WorkMetrics } from './work-metrics.ts';

export interface PoolMetricsOptions {
  /** The version of Adit, for `adit_build_info`. */
  readonly version: string;
  /** The data folder, whose disk is measured; left out where there is none. */
  readonly dataFolder?: string;
}

export interface PoolMetricsModules {
  /** Returns the state of the pool; called once for each scrape. */
  readonly status: () => PoolStatus;
  /** Milliseconds of a monotonic clock. */
  readonly now?: () => number;
}

/**
 * The metrics of a pool for Prometheus. Events are counted as they come; figures of the pool's status are read at each
 * scrape. Each instance has its own registry.
 */
export class PoolMetrics {
  readonly #registry = new Registry();
  readonly #modules: PoolMetricsModules;
  readonly #connections: ConnectionMetrics;
  readonly #shares: ShareMetrics;
  readonly #work: WorkMetrics;
  readonly #verifier: VerifierMetrics;
  readonly #journal: JournalMetrics;
  readonly #protection: ProtectionMetrics;
  readonly #process: ProcessMetrics;
  readonly #disk: DiskMetrics;

  constructor(options: PoolMetricsOptions, modules: PoolMetricsModules) {
    this.#modules = modules;
    const now = modules.now ?? (() => performance.now());
    this.#connections = new ConnectionMetrics(this.#registry);
    this.#shares = new ShareMetrics(this.#registry);
    this.#work = new WorkMetrics(this.#registry);
    this.#verifier = new VerifierMetrics(this.#registry);
    this.#journal = new JournalMetrics(this.#registry);
    this.#protection = new ProtectionMetrics(this.#registry);
    this.#disk = new DiskMetrics(this.#registry, options.dataFolder);
    this.#process = new ProcessMetrics(options.version, this.#registry, { now });
  }

  /** The `content-type` of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Counts an event. A bound function, so that it can be a listener; called for every share. */
  readonly onEvent = (event: PoolEvent): void => {
    switch (event.kind) {
      case 'share_accepted':
        return this.#shares.accepted(event);
      case 'refused':
        return this.#shares.refused(event);
      case 'target_changed':
        return this.#shares.targetChanged(event.port);
      case 'connected':
        return this.#connections.opened(event.port);
      case 'disconnected':
        return this.#connections.closed(event.port, event.cause);
      case 'connection_refused':
        return this.#connections.refused(event.port, event.because);
      case 'subscribed':
        return this.#connections.subscribed(event.port);
      case 'authorized':
        return this.#connections.authorized(event.port);
      case 'work':
        return this.#work.work(event.chain, event.clean);
      case 'outage':
        if (event.sinceMs !== undefined) this.#work.outage(event.chain);
        return;
      case 'nodes_disagree':
        return this.#work.disagreement(event.chain);
      case 'broadcast':
        return this.#work.broadcast(event);
      case 'block_found':
        return this.#work.found(event.chain, event.what);
      case 'block_submitted':
        return this.#work.submitted(event.chain, event.what, event.outcome);
      case 'block_state':
        return this.#work.blockState(event.chain, event.state);
      case 'committed':
        return this.#journal.committed(event.shares, event.ms);
      case 'verified':
        return this.#verifier.verified(event);
      case 'verifier':
        return this.#verifier.lost();
      case 'conduct':
        return this.#protection.conduct(event.rung, event.offence);
      case 'slowed':
        return this.#protection.slowed();
      case 'ban_lifted':
        return this.#protection.lifted();
      case 'problem':
        return this.#protection.problem(event.cause);
      // The status has these figures.
      case 'listening':
      case 'certificate_taken':
      case 'node':
      case 'journal':
        return;
      // The log has these.
      case 'block_pay':
      case 'payee_refused':
        return;
      // Counted as a refused request.
      case 'login_refused':
        return;
      default:
        return unknownKind(event);
    }
  };

  /** All metrics in the text format of Prometheus. @throws what `status` throws */
  async text(): Promise<string> {
    const status = this.#modules.status();
    this.#connections.collect(status);
    this.#shares.collect(status);
    this.#work.collect(status);
    this.#verifier.collect(status);
    this.#journal.collect(status);
    this.#protection.collect(status);
    this.#process.collect(status);
    await this.#disk.collect();
    return this.#registry.metrics();
  }

  /** Name, type and labels of all metrics, for documents and tests. */
  families(): { readonly name: string; readonly type: string; readonly help: string }[] {
    return this.#registry
      .getMetricsAsArray()
      .map(({ name, type, help }) => ({ name, type: String(type), help }));
  }

  /** Stops the measuring that goes on between scrapes. */
  close(): void {
    this.#process.close();
    this.#registry.clear();
  }
}

/** A new kind of event does not compile until `onEvent` counts it or names it as not counted. */
function unknownKind(_event: never): void {}
