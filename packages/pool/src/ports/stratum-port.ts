import type { Server } from 'node:net';
import {
  banSubjectOf,
  type Census,
  type Connection,
  type ListenerTurns,
  type RefusedBecause,
  StratumListener,
} from '@adit/net';
import {
  MESSAGE_KINDS,
  type MessageKind,
  type ServerSession,
  Vardiff,
  type VardiffOptions,
  type Verdict,
} from '@adit/stratum';
import type { BanList } from '../conduct/ban-list.ts';
import type { Conduct, Offence } from '../conduct/conduct.ts';
import type { OnPoolEvent } from '../events.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { Submitter } from '../shares/submitter.ts';
import { MinerConnection, type MinerHost } from './miner-connection.ts';
import type { PortOptions } from './port-options.ts';
import { SlicedWalk, type Walk } from './slices.ts';

/** What a port needs of the pool. */
export interface PortModules<Engine> {
  readonly engine: Engine;
  readonly census: Census;
  /** Shared by all ports; one's own where left out. */
  readonly turns?: ListenerTurns;
  readonly bans: BanList;
  readonly conduct: Conduct;
  readonly onEvent: OnPoolEvent;
  /** Numbers connections, for log and events. */
  readonly nextId: () => number;
  /** This address has been banned: its connections on all ports have to go. */
  readonly onBanned: (address: string, reason: string) => void;
}

/** What a port tells of itself. */
export interface PortStatus {
  readonly name: string;
  readonly chain: string;
  readonly host: string;
  readonly number: number;
  readonly tls: boolean;
  readonly dialect: string;
  readonly connections: number;
  /** Connections with an authorised worker. */
  readonly miners: number;
  /** Lines by their kind, since the start. */
  readonly messages: Readonly<Record<MessageKind, number>>;
  /** How often a connection was not read for a while, because it sent more than its rate. */
  readonly slowed: number;
  /** Connections that were told that they overlook new targets, and go on like that. */
  readonly overlooking: number;
}

/** `tick` is called so often, and looks after one spoke of the wheel: each connection once a second. */
export const TICK_MS = 50;
const SPOKES = 20;
/**
 * Costs nobody anything by itself, and shows that nobody mines here. Not a handshake that breaks or does not end: on a bad
 * line a farm of thousands does that again and again, and the rate of new connections bounds it.
 */
const BAD_HELLO: ReadonlySet<RefusedBecause> = new Set([
  'bad_proxy_header',
  'plain_on_tls',
  'tls_on_plain',
  'http',
]);

/**
 * One listening port: makes a session for each connection, and hands jobs to all of them. The dialects
 * say how.
 */
export abstract class StratumPort<
  Session extends ServerSession<Submission>,
  Submission extends { readonly worker: string },
  Job extends { readonly sequence: number; readonly order: number },
> implements MinerHost<Session, Submission>
{
  readonly chain: string;
  readonly onEvent: OnPoolEvent;
  readonly #modules: Omit<PortModules<unknown>, 'engine'>;
  readonly #listener: StratumListener;
  readonly #wheel: readonly Set<MinerConnection<Session, Submission>>[];
  readonly #messages: Record<MessageKind, number>;
  readonly #walks = new Set<Walk>();
  #options: PortOptions;
  #limits: PoolLimits;
  #vardiff: VardiffOptions;
  #number = 0;
  #judging = 0;
  #slowed = 0;
  #ticks = 0;
  #fanOut: Walk | undefined;
  #newest: Job | undefined;
  /** Order of the newest job that is clean: whoever has none since then must drop what it has. */
  #cleanSince = 0;
  #trouble: string | undefined;

  constructor(
    chain: string,
    options: PortOptions,
    limits: PoolLimits,
    modules: Omit<PortModules<unknown>, 'engine'>,
  ) {
    this.chain = chain;
    this.onEvent = modules.onEvent;
    this.#options = options;
    this.#limits = limits;
    this.#modules = modules;
    this.#vardiff = vardiffOptions(options);
    this.#wheel = Array.from({ length: SPOKES }, () => new Set());
    this.#messages = Object.fromEntries(MESSAGE_KINDS.map((kind) => [kind, 0])) as Record<
      MessageKind,
      number
    >;
    this.#listener = new StratumListener(listenerOptions(options, limits), {
      accept: (connection) => this.accept(connection),
      census: modules.census,
      ...(modules.turns === undefined ? {} : { turns: modules.turns }),
      admit: (address) => {
        const ban = modules.bans.banned(address);
        return ban === undefined ? undefined : `banned: ${ban.reason}`;
      },
      onRefused: (address, because, detail) => this.#onRefused(address, because, detail),
      onProblem: (detail) =>
        this.onEvent({ kind: 'problem', what: `the port ${options.name} has a problem`, detail }),
    });
  }

  get port(): string {
    return this.#options.name;
  }

  get graceMs(): number {
    return this.#options.graceMs ?? 0;
  }

  get connections(): number {
    return this.#wheel.reduce((sum, spoke) => sum + spoke.size, 0);
  }

  /** Submissions that have no verdict yet, those of miners that have left included: one may be a block. */
  get judging(): number {
    return this.#judging;
  }

  /** The raw TCP server, to be handed to another process. */
  get server(): Server {
    return this.#listener.server;
  }

  get status(): PortStatus {
    const { name, host, tls, dialect } = this.#options;
    let miners = 0;
    let overlooking = 0;
    for (const miner of this.#members()) {
      if (miner.session.workers.size > 0) miners += 1;
      if (miner.overlooking) overlooking += 1;
    }
    return {
      name,
      chain: this.chain,
      host,
      number: this.#number,
      tls: tls !== undefined,
      dialect,
      connections: this.connections,
      miners,
      messages: { ...this.#messages },
      slowed: this.#slowed,
      overlooking,
    };
  }

  /** @returns the port in use @throws AditError `ADIT_CANNOT_LISTEN`, `ADIT_TLS_FILES` */
  async listen(inherited?: Server | { readonly fd: number }): Promise<number> {
    this.#number = await this.#listener.listen(inherited);
    const { name, host } = this.#options;
    this.onEvent({ kind: 'listening', port: name, host, number: this.#number });
    return this.#number;
  }

  /** Takes what may change while miners are connected; the rest stays as it is until the next process. */
  update(options: PortOptions, limits: PoolLimits): void {
    const now = performance.now();
    this.#options = options;
    this.#limits = limits;
    this.#vardiff = vardiffOptions(options);
    this.#listener.update(listenerOptions(options, limits));
    this.updated(limits);
    this.#walk((miner) => miner.setWeight(miner.vardiff.update(this.#vardiff, now)));
  }

  /** Takes no more connections; those that are there go on. */
  stopListening(): void {
    this.#listener.stopListening();
  }

  /** Takes no more connections, and reads no more from those that are there. */
  stopAccepting(): void {
    this.#listener.stopAccepting();
  }

  async close(reason: string): Promise<void> {
    for (const walk of this.#walks) walk.cancel();
    this.#fanOut?.cancel();
    await this.#listener.close(reason);
  }

  /** To be called every `TICK_MS`. */
  tick(now: number): void {
    this.#ticks += 1;
    const { outage } = this;
    for (const miner of this.#wheel[this.#ticks % SPOKES] ?? []) {
      this.look(miner, now);
      // Nobody's silence says anything while there is nothing to find.
      if (outage) miner.vardiff.idle(now);
      else miner.vardiff.working(now);
      miner.retarget(now);
      this.#tellTrouble(miner);
      const late = this.#lateness(miner, now);
      if (late !== undefined) {
        this.offence(miner, 'no_login');
        miner.connection.close(late);
      }
    }
    this.afterTick(now);
  }

  /**
   * A job for all connections: serialised once, written in slices. A job that comes meanwhile goes to those who
   * still wait first, and then to the others.
   */
  broadcast(job: Job, clean: boolean): void {
    if (clean) this.#cleanSince = job.order;
    this.#newest = job;
    if (this.#fanOut?.over === false) return;
    this.#handOut(job, clean);
  }

  #handOut(job: Job, clean: boolean): void {
    this.#fanOut = new SlicedWalk(
      this.#members(),
      (miner) => this.hand(miner, this.#newest ?? job),
      ({ visited: connections, ms, longestSliceMs }) => {
        const { chain, port } = this;
        this.onEvent({ kind: 'broadcast', chain, port, clean, connections, ms, longestSliceMs });
        const { order } = this.#newest ?? job;
        if (this.#newest !== undefined && order > job.order)
          this.#handOut(this.#newest, this.#cleanSince === order);
      },
    );
  }

  /** Something is wrong: said to every miner once, those included who come later. Undefined: no longer. */
  trouble(text: string | undefined): void {
    this.#trouble = text;
  }

  /** Closes all connections, or those of one subject of a ban. */
  dropAll(reason: string, subject?: string): void {
    this.#walk((miner) => {
      if (subject !== undefined && banSubjectOf(miner.connection.remoteAddress) !== subject) return;
      miner.tell(reason);
      miner.connection.close(reason);
    });
  }

  /** Asks one connection after the other to connect again, spread over a time. @returns how to stop it */
  reconnectAll(overMs: number): () => void {
    const waiting = [...this.#members()];
    const total = waiting.length;
    const start = performance.now();
    const timer = setInterval(() => {
      const share = overMs <= 0 ? 1 : (performance.now() - start) / overMs;
      const due = Math.min(total, Math.ceil(share * total));
      for (let left = total - due; waiting.length > left; ) {
        const miner = waiting.pop();
        if (miner?.connection.open === true) this.reconnect(miner);
      }
      if (waiting.length === 0) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }

  /** Asks a miner to connect again; who has not subscribed would not understand. */
  reconnect(miner: MinerConnection<Session, Submission>): void {
    const { publicAddress } = this.#options;
    if (!miner.session.subscribed) return miner.connection.close('the pool is being replaced');
    miner.run(
      miner.session.reconnect(publicAddress === undefined ? undefined : { ...publicAddress, waitSeconds: 0 }),
    );
  }

  // --- what connections ask of their port

  abstract judgeShare(submission: Submission, from: Submitter): Promise<Verdict>;
  abstract weightOf(target: bigint): bigint;
  abstract weightOfShare(submission: Submission): bigint;
  abstract setWeight(miner: MinerConnection<Session, Submission>, weight: bigint): void;
  resumed(_sessionId: string): Vardiff | undefined {
    return undefined;
  }

  weightOfDifficulty(difficulty: string): bigint | undefined {
    return this.#options.weightOfDifficulty?.(difficulty);
  }

  judge(submission: Submission, from: Submitter): Promise<Verdict> {
    return this.#count(this.judgeShare(submission, from));
  }

  offence(miner: MinerConnection<Session, Submission>, what: Offence): void {
    const { conduct } = this.#modules;
    const { remoteAddress: address } = miner.connection;
    const rung = conduct.offence(address, miner.id, what, performance.now());
    if (rung === 'none') return;
    if (rung === 'warn') miner.tell(`Please check this miner: ${WARNINGS[what]}`);
    else if (rung === 'slow') miner.connection.pauseFor(conduct.slowMs);
    else if (rung === 'disconnect') {
      miner.tell(`Closed: ${WARNINGS[what]}`);
      miner.connection.close(`conduct: ${what}`);
    } else this.#banned(address, what, miner);
  }

  slow(miner: MinerConnection<Session, Submission>, ms: number): void {
    this.#slowed += 1;
    miner.connection.pauseFor(ms);
  }

  refused(miner: MinerConnection<Session, Submission>): void {
    this.#meter(miner);
  }

  /** Counts like what is refused. Nobody's shares explain a flood of it, so it is an offence besides. */
  unasked(miner: MinerConnection<Session, Submission>): void {
    if (this.#meter(miner)) this.offence(miner, 'flood');
  }

  accepted(miner: MinerConnection<Session, Submission>): void {
    this.#modules.conduct.accepted(miner.connection.remoteAddress, miner.id);
  }

  ran(_miner: MinerConnection<Session, Submission>): void {}

  closed(miner: MinerConnection<Session, Submission>, reason: string): void {
    this.#spoke(miner.id).delete(miner);
    this.#modules.conduct.left(miner.id);
    this.closeSession(miner);
    const { remoteAddress: address } = miner.connection;
    this.onEvent({ kind: 'disconnected', port: this.port, address, connection: miner.id, reason });
  }

  // --- what the dialects bring

  /** @param weight that its shares begin with @throws when the connection must be refused */
  protected abstract openSession(weight: bigint): Session;
  protected abstract closeSession(miner: MinerConnection<Session, Submission>): void;
  /** No node gives work: what miners have may be stale. */
  protected abstract get outage(): boolean;
  /** The newest job. */
  protected abstract get newestJob(): Job | undefined;
  protected abstract send(miner: MinerConnection<Session, Submission>, job: Job, clean: boolean): void;
  /** Each connection, once a second. */
  protected look(_miner: MinerConnection<Session, Submission>, _now: number): void {}
  protected afterTick(_now: number): void {}
  protected updated(_limits: PoolLimits): void {}
  /** Who finds no first share for an hour has to go. */
  protected get closesShareless(): boolean {
    return true;
  }

  protected get limits(): PoolLimits {
    return this.#limits;
  }

  /** For the sessions' options: counts lines by kind. */
  protected readonly onMessage = (kind: MessageKind): void => {
    this.#messages[kind] += 1;
  };

  /** Gives a connection a job, unless it has a newer one (who comes during a broadcast has). */
  protected hand(miner: MinerConnection<Session, Submission>, job: Job): void {
    if (miner.job >= job.order) return;
    const clean = miner.job < this.#cleanSince;
    miner.job = job.order;
    this.send(miner, job, clean);
  }

  protected *members(): Generator<MinerConnection<Session, Submission>> {
    yield* this.#members();
  }

  /** Visits all connections, in slices. */
  #walk(visit: (miner: MinerConnection<Session, Submission>) => void): void {
    for (const earlier of this.#walks) if (earlier.over) this.#walks.delete(earlier);
    this.#walks.add(new SlicedWalk(this.#members(), visit));
  }

  *#members(): Generator<MinerConnection<Session, Submission>> {
    for (const spoke of this.#wheel) yield* spoke;
  }

  #spoke(id: number): Set<MinerConnection<Session, Submission>> {
    const spoke = this.#wheel[id % SPOKES];
    if (spoke === undefined) throw new RangeError('connections are numbered from 0 up');
    return spoke;
  }

  #tellTrouble(miner: MinerConnection<Session, Submission>): void {
    const trouble = this.#trouble;
    if (trouble === undefined || miner.told === trouble || !miner.session.subscribed) return;
    miner.told = trouble;
    miner.tell(trouble);
  }

  #lateness(miner: MinerConnection<Session, Submission>, now: number): string | undefined {
    const age = now - miner.since;
    const { subscribeMs, authorizeMs, firstShareMs } = this.#limits;
    if (age <= subscribeMs) return undefined;
    if (!miner.session.subscribed) return 'nothing was subscribed in time';
    if (miner.session.workers.size === 0)
      return age > authorizeMs ? 'no worker was authorised in time' : undefined;
    return this.closesShareless && !miner.hasShare && age > firstShareMs
      ? 'no share came in time'
      : undefined;
  }

  /** @returns whether it has to wait */
  #meter(miner: MinerConnection<Session, Submission>): boolean {
    const { conduct } = this.#modules;
    const wait = conduct.refused(miner.connection.remoteAddress, miner.id, performance.now());
    if (wait > 0) this.slow(miner, wait);
    return wait > 0;
  }

  #onRefused(address: string, because: RefusedBecause, detail: string): void {
    this.onEvent({ kind: 'connection_refused', port: this.port, address, because, detail });
    if (!BAD_HELLO.has(because) || address === '') return;
    const rung = this.#modules.conduct.offence(address, undefined, 'bad_hello', performance.now());
    if (rung === 'ban') this.#banned(address, 'bad_hello');
  }

  #banned(address: string, what: Offence, miner?: MinerConnection<Session, Submission>): void {
    const reason = `Banned for a time: ${WARNINGS[what]}`;
    miner?.tell(reason);
    miner?.connection.close(reason);
    this.#modules.onBanned(address, reason);
  }

  /** What the listener does with a connection. @throws when it must be refused */
  accept(connection: Connection): MinerConnection<Session, Submission> {
    const now = performance.now();
    const vardiff = new Vardiff(this.#vardiff, now);
    const session = this.openSession(vardiff.weight);
    const id = this.#modules.nextId();
    const miner: MinerConnection<Session, Submission> = new MinerConnection(
      { id, now },
      { host: this, connection, session, vardiff },
    );
    this.#spoke(id).add(miner);
    const { remoteAddress: address } = connection;
    this.onEvent({ kind: 'connected', port: this.port, address, connection: id });
    const { newestJob } = this;
    if (newestJob !== undefined) this.hand(miner, newestJob);
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

/** What the person behind the miner reads. */
const WARNINGS: Readonly<Record<Offence, string>> = {
  invalid_solution: 'many of its solutions are wrong',
  wrong_nonce: 'many of its nonces meet no target that it was ever given',
  malformed: 'it sends lines that are no Stratum messages',
  oversize_line: 'it sends lines that are too long',
  unknown_method: 'it calls methods that this pool does not have',
  bad_hello: 'its connections begin with what is not Stratum',
  no_login: 'it connects and does not log in',
  flood: 'it sends far too many messages',
  unauthorized: 'its worker name or password is refused',
};

function vardiffOptions(options: PortOptions): VardiffOptions {
  const {
    startWeight,
    minWeight,
    maxWeight,
    shareIntervalMs: intervalMs,
    fixedWeight: fixed = false,
    learningIntervalMs,
  } = options;
  return {
    startWeight,
    minWeight,
    maxWeight,
    intervalMs,
    fixed,
    ...(learningIntervalMs === undefined ? {} : { learningIntervalMs }),
  };
}

function listenerOptions(options: PortOptions, limits: PoolLimits) {
  const { host, port, tls, proxies } = options;
  const { lineBytes, outputBytes, helloMs, partialLineMs, idleMs } = limits;
  return {
    host,
    port,
    lineBytes,
    outputBytes,
    helloMs,
    partialLineMs,
    idleMs,
    ...(tls === undefined ? {} : { tls }),
    ...(proxies === undefined ? {} : { proxies }),
  };
}
