import { END_LABELS, type EndCause, type PoolStatus } from '@adit/pool';
import { Counter, Gauge, type Registry } from 'prom-client';
import { ENDS, REFUSALS } from './labels.ts';

/** The connections of each port, and the lines that they send. */
export class ConnectionMetrics {
  readonly #connections: Gauge<'port'>;
  readonly #miners: Gauge<'port'>;
  readonly #certificates: Gauge<'port'>;
  readonly #sessions: Gauge;
  readonly #opened: Counter<'port'>;
  readonly #closed: Counter<'port' | 'because'>;
  readonly #refused: Counter<'port' | 'because'>;
  readonly #subscribed: Counter<'port'>;
  readonly #authorized: Counter<'port'>;
  readonly #messages: Counter<'port' | 'kind'>;
  readonly #slowed: Counter<'port'>;
  /** Ports whose series have been created, with 0 at first. */
  readonly #known = new Set<string>();

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['port'] as const;
    this.#connections = new Gauge({
      name: 'adit_connections',
      help: 'Open connections',
      labelNames,
      registers,
    });
    this.#miners = new Gauge({
      name: 'adit_miners',
      help: 'Open connections with an authorised worker',
      labelNames,
      registers,
    });
    this.#certificates = new Gauge({
      name: 'adit_tls_not_after_seconds',
      help: 'Unix time at which the certificate of a port ends, in seconds; missing for ports without TLS',
      labelNames,
      registers,
    });
    this.#sessions = new Gauge({
      name: 'adit_sessions_resumable',
      help: 'Sessions whose connection has ended and that can still be resumed',
      registers,
    });
    this.#opened = new Counter({
      name: 'adit_connections_opened_total',
      help: 'Connections that were accepted',
      labelNames,
      registers,
    });
    this.#closed = new Counter({
      name: 'adit_connections_closed_total',
      help: 'Accepted connections that have ended, by cause',
      labelNames: ['port', 'because'],
      registers,
    });
    this.#refused = new Counter({
      name: 'adit_connections_refused_total',
      help: 'Connections that were refused, at once or after their first bytes',
      labelNames: ['port', 'because'],
      registers,
    });
    this.#subscribed = new Counter({
      name: 'adit_subscribed_total',
      help: 'Subscriptions',
      labelNames,
      registers,
    });
    this.#authorized = new Counter({
      name: 'adit_authorized_total',
      help: 'Workers that were authorised',
      labelNames,
      registers,
    });
    this.#messages = new Counter({
      name: 'adit_messages_total',
      help: 'Lines from miners, by method or fault',
      labelNames: ['port', 'kind'],
      registers,
    });
    this.#slowed = new Counter({
      name: 'adit_reads_paused_total',
      help: 'Pauses in reading a connection that sent more than its rate',
      labelNames,
      registers,
    });
  }

  opened(port: string): void {
    this.#opened.inc({ port });
  }

  closed(port: string, cause: EndCause): void {
    this.#closed.inc({ port, because: END_LABELS[cause] });
  }

  refused(port: string, because: string): void {
    this.#refused.inc({ port, because });
  }

  subscribed(port: string): void {
    this.#subscribed.inc({ port });
  }

  authorized(port: string): void {
    this.#authorized.inc({ port });
  }

  /** Called before each scrape. */
  collect(status: PoolStatus): void {
    this.#connections.reset();
    this.#miners.reset();
    this.#certificates.reset();
    // The pool counts the lines itself, and this counter takes its figures.
    this.#messages.reset();
    this.#slowed.reset();
    for (const { name: port, connections, miners, messages, slowed, certificateEndsMs } of status.ports) {
      if (certificateEndsMs !== undefined) this.#certificates.set({ port }, certificateEndsMs / 1000);
      this.#slowed.inc({ port }, slowed);
      this.#connections.set({ port }, connections);
      this.#miners.set({ port }, miners);
      for (const [kind, lines] of Object.entries(messages)) this.#messages.inc({ port, kind }, lines);
      this.#show(port);
    }
    this.#sessions.set(status.sessions);
  }

  #show(port: string): void {
    if (this.#known.has(port)) return;
    this.#known.add(port);
    for (const counter of [this.#opened, this.#subscribed, this.#authorized]) counter.inc({ port }, 0);
    for (const because of ENDS) this.#closed.inc({ port, because }, 0);
    for (const because of REFUSALS) this.#refused.inc({ port, because }, 0);
  }
}
