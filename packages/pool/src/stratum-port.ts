import { type Connection, StratumListener } from '@adit/net';
import { type ServerSession, Vardiff, type Verdict } from '@adit/stratum';
import type { OnPoolEvent } from './events.ts';
import type { Submitter } from './miner.ts';
import { MinerConnection } from './miner-connection.ts';
import type { PortOptions } from './port-options.ts';

/** Whoever has no worker by then holds a place, and a nonce1, for nothing. */
const LOGIN_MS = 60_000;
/** Each connection is looked at once a second, a part of them at each tick: ten thousand take 2 ms. */
const TICKS_PER_LOOK = 4;

interface Member<Session, Submission extends { readonly worker: string }> {
  readonly id: number;
  readonly since: number;
  readonly connection: Connection;
  readonly session: Session;
  readonly miner: MinerConnection<Submission>;
}

/**
 * One listening port: makes a session for each connection, and hands jobs to all of them. The dialects
 * say how.
 */
export abstract class StratumPort<
  Session extends ServerSession<Submission>,
  Submission extends { readonly worker: string },
> {
  readonly #chain: string;
  readonly #options: PortOptions;
  readonly #onEvent: OnPoolEvent;
  readonly #nextId: () => number;
  readonly #listener: StratumListener;
  readonly #members = new Set<Member<Session, Submission>>();
  #judging = 0;
  #ticks = 0;

  constructor(chain: string, options: PortOptions, modules: { onEvent: OnPoolEvent; nextId: () => number }) {
    this.#chain = chain;
    this.#options = options;
    this.#onEvent = modules.onEvent;
    this.#nextId = modules.nextId;
    const { host, port, maxConnections, maxConnectionsPerAddress } = options;
    this.#listener = new StratumListener(
      {
        host,
        port,
        ...(maxConnections === undefined ? {} : { maxConnections }),
        ...(maxConnectionsPerAddress === undefined ? {} : { maxConnectionsPerAddress }),
      },
      {
        accept: (connection) => this.#accept(connection),
        onRefused: (address, reason) =>
          this.#onEvent({
            kind: 'connection_refused',
            port: options.name,
            address,
            because: 'refused',
            detail: reason,
          }),
      },
    );
  }

  get connections(): number {
    return this.#members.size;
  }

  /** Submissions that have no verdict yet, those of miners that have left included: one may be a block. */
  get judging(): number {
    return this.#judging;
  }

  /** @returns the port in use @throws AditError `ADIT_CANNOT_LISTEN` */
  async listen(): Promise<number> {
    const number = await this.#listener.listen();
    this.#onEvent({ kind: 'listening', port: this.#options.name, host: this.#options.host, number });
    return number;
  }

  /** Takes no more connections, and reads no more from those that are there. */
  stopAccepting(): void {
    this.#listener.stopAccepting();
  }

  async close(reason: string): Promise<void> {
    await this.#listener.close(reason);
  }

  /** To be called some four times a second. */
  tick(now: number): void {
    this.#ticks += 1;
    const turn = this.#ticks % TICKS_PER_LOOK;
    for (const { id, since, connection, session, miner } of this.#members) {
      this.tickSession(session, miner, now);
      if (id % TICKS_PER_LOOK !== turn) continue;
      miner.retarget(now);
      if (session.workers.size === 0 && now - since > LOGIN_MS)
        connection.close('no worker was authorised in time');
    }
    this.afterTick(now);
  }

  protected each(work: (session: Session, miner: MinerConnection<Submission>) => void): void {
    for (const { session, miner } of this.#members) work(session, miner);
  }

  /** @param weight that its shares begin with @throws when the connection must be refused */
  protected abstract openSession(weight: bigint): Session;
  protected abstract closeSession(session: Session): void;
  protected abstract judge(submission: Submission, from: Submitter): Promise<Verdict>;
  /** Hands in what is no share any more but may be a block. */
  protected abstract offer(submission: Submission, from: Submitter): Promise<Verdict>;
  protected abstract setWeight(session: Session, weight: bigint): void;
  protected abstract weightOf(target: bigint): bigint;
  protected tickSession(_session: Session, _miner: MinerConnection<Submission>, _now: number): void {}
  /** All connections have had their turn. */
  protected afterTick(_now: number): void {}
  /** The newest job, for a connection that has just come. */
  protected abstract greet(session: Session, miner: MinerConnection<Submission>): void;

  #accept(connection: Connection): MinerConnection<Submission> {
    const { startWeight, minWeight, maxWeight, shareIntervalMs, name } = this.#options;
    const vardiff = new Vardiff(
      { startWeight, minWeight, maxWeight, intervalMs: shareIntervalMs },
      performance.now(),
    );
    const session = this.openSession(vardiff.weight);
    const id = this.#nextId();
    const address = connection.remoteAddress;
    const miner = new MinerConnection<Submission>(
      { chain: this.#chain, port: name, connection: id },
      {
        connection,
        session,
        vardiff,
        judge: (submission, from) => this.#count(this.judge(submission, from)),
        offer: (submission, from) => void this.#count(this.offer(submission, from)),
        weightOf: (target) => this.weightOf(target),
        onWeight: (weight) => this.setWeight(session, weight),
        onEvent: this.#onEvent,
        onClosed: (reason) => {
          this.#members.delete(member);
          this.closeSession(session);
          this.#onEvent({ kind: 'disconnected', port: name, address, connection: id, reason });
        },
      },
    );
    const member = { id, since: performance.now(), connection, session, miner };
    this.#members.add(member);
    this.#onEvent({ kind: 'connected', port: name, address, connection: id });
    this.greet(session, miner);
    return miner;
  }

  async #count(verdict: Promise<Verdict>): Promise<Verdict> {
    this.#judging += 1;
    try {
      return await verdict;
    } finally {
      this.#judging -= 1;
    }
  }
}
