import type { Server } from 'node:net';
import { banSubjectOf, type Connection, StratumListener } from '@adit/net';
import {
  type MessageKind,
  type ServerSession,
  Vardiff,
  type VardiffOptions,
  type Verdict,
} from '@adit/stratum';
import type { Offence } from '../conduct/options.ts';
import type { OnPoolEvent } from '../events.ts';
import type { LostNonces } from '../nonce1/allocator.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { Submitter } from '../shares/submitter.ts';
import { closeOneByOne, HANDED_OVER } from './close-one-by-one.ts';
import type { EndCause, PoolEnding } from './end-cause.ts';
import { JobFanOut } from './job-fan-out.ts';
import { lateness } from './lateness.ts';
import { MinerConnection, type MinerHost } from './miner-connection.ts';
import { MinerWheel } from './miner-wheel.ts';
import { PortConduct } from './port-conduct.ts';
import type { PortModules } from './port-modules.ts';
import type { PortOptions } from './port-options.ts';
import { listenerOptions, vardiffOptions } from './port-settings.ts';
import { countMiners, noMessages, type PortStatus } from './port-status.ts';
import { spread } from './spread.ts';

/** Time between two ticks. Each tick looks at one of 20 spokes of the wheel, so at each connection once a second. */
export const TICK_MS = 50;

/**
 * One listening port: makes a session for each connection, and hands jobs to all of them. Subclasses add the dialects.
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
  readonly #listener: StratumListener<EndCause>;
  readonly #wheel = new MinerWheel<MinerConnection<Session, Submission>>();
  readonly #conduct: PortConduct;
  readonly #jobs: JobFanOut<MinerConnection<Session, Submission>, Job>;
  readonly #messages = noMessages();
  #options: PortOptions;
  #limits: PoolLimits;
  #vardiff: VardiffOptions;
  #number = 0;
  #judging = 0;
  readonly #judged = () => {
    this.#judging -= 1;
  };
  #slowed = 0;
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
    this.#conduct = new PortConduct(modules);
    this.#jobs = new JobFanOut({
      members: this.#wheel,
      send: (miner, job, clean) => this.send(miner, job, clean),
      onDone: ({ visited: connections, ms, longestSliceMs }, clean) => {
        this.onEvent({ kind: 'broadcast', chain, port: this.port, clean, connections, ms, longestSliceMs });
      },
    });
    this.#listener = new StratumListener(listenerOptions(options, limits), {
      accept: (connection) => this.accept(connection),
      census: modules.census,
      ...(modules.turns === undefined ? {} : { turns: modules.turns }),
      admit: (address) => {
        const ban = modules.bans.banned(address);
        return ban === undefined ? undefined : `banned: ${ban.reason}`;
      },
      onRefused: (address, because, detail) => {
        this.onEvent({ kind: 'connection_refused', port: this.port, address, because, detail });
        this.#conduct.helloRefused(address, because);
      },
      onProblem: (detail) => this.onEvent({ kind: 'problem', cause: 'certificate', port: this.port, detail }),
      onCertificate: ({ endsMs }) => this.onEvent({ kind: 'certificate_taken', port: this.port, endsMs }),
    });
  }

  get port(): string {
    return this.#options.name;
  }

  get graceMs(): number {
    return this.#options.graceMs ?? 0;
  }

  get connections(): number {
    return this.#wheel.size;
  }

  /** Submissions without a verdict so far. Those of miners that have left count too, as one may be a block. */
  get judging(): number {
    return this.#judging;
  }

  /** The raw TCP server, for another process that takes the port over. */
  get server(): Server {
    return this.#listener.server;
  }

  get certificateEndsMs(): number | undefined {
    return this.#listener.certificate?.endsMs;
  }

  get status(): PortStatus {
    const { name, host, tls, dialect } = this.#options;
    return {
      name,
      chain: this.chain,
      host,
      number: this.#number,
      tls: tls !== undefined,
      certificateEndsMs: this.certificateEndsMs,
      dialect,
      connections: this.connections,
      messages: { ...this.#messages },
      slowed: this.#slowed,
      ...countMiners(this.#wheel),
    };
  }

  /** @returns the port in use @throws AditError `ADIT_CANNOT_LISTEN`, `ADIT_TLS_FILES` */
  async listen(inherited?: Server | { readonly fd: number }): Promise<number> {
    this.#number = await this.#listener.listen(inherited);
    this.onEvent({ kind: 'listening', port: this.port, host: this.#options.host, number: this.#number });
    return this.#number;
  }

  /** Applies the settings that may change while miners are connected. Others wait for the next process. */
  update(options: PortOptions, limits: PoolLimits): void {
    const now = performance.now();
    this.#options = options;
    this.#limits = limits;
    this.#vardiff = vardiffOptions(options);
    this.#listener.update(listenerOptions(options, limits));
    this.updated(limits);
    this.#wheel.walk((miner) => miner.setWeight(miner.vardiff.update(this.#vardiff, now)));
  }

  /** Takes no more connections. Open ones continue. */
  stopListening(): void {
    this.#listener.stopListening();
  }

  /** Takes no more connections, and reads no more from open ones. */
  stopAccepting(): void {
    this.#listener.stopAccepting();
  }

  /** Closes the port and all its connections. */
  async close(): Promise<void> {
    this.#wheel.cancelWalks();
    this.#jobs.cancel();
    await this.#listener.close({ cause: 'stopped', detail: 'the pool stops' });
  }

  /** To be called every `TICK_MS`. */
  tick(now: number): void {
    const { outage } = this;
    for (const miner of this.#wheel.turn()) {
      this.look(miner, now);
      miner.run(miner.session.look(now));
      // Without work miners cannot find shares, so their silence says nothing about their rate.
      if (outage) miner.vardiff.idle(now);
      else miner.vardiff.working(now);
      miner.retarget(now);
      this.#tellTrouble(miner);
      const late = lateness(miner, now, { ...this.#limits, closesShareless: this.closesShareless });
      if (late !== undefined) {
        this.offence(miner, 'no_login');
        miner.connection.close(late);
      }
    }
    this.afterTick(now);
  }

  /** Sends a job to all connections. It is serialised once and written in slices; see `JobFanOut`. */
  broadcast(job: Job, clean: boolean): void {
    this.#jobs.broadcast(job, clean);
  }

  /** Shows a text to every miner once, those included that come later. Undefined: the trouble is over. */
  trouble(text: string | undefined): void {
    this.#trouble = text;
  }

  /** Closes all connections, or those of one subject of a ban. */
  dropAll(ending: PoolEnding, subject?: string): void {
    this.#wheel.walk((miner) => {
      if (subject !== undefined && banSubjectOf(miner.connection.remoteAddress) !== subject) return;
      miner.tell(ending.detail);
      miner.connection.close(ending);
    });
  }

  /** Asks one miner after the other to connect again, spread over `overMs`. @returns a function that stops it */
  reconnectAll(overMs: number): () => void {
    return spread([...this.#wheel], overMs, (miner) => {
      if (miner.connection.open) this.reconnect(miner);
    });
  }

  /** Closes the connections that are left, one after the other over `overMs`. @returns a function that stops it */
  readonly closeRest = (overMs: number): (() => void) => closeOneByOne([...this.#wheel], overMs);

  /** Asks a miner to connect again. One that has not subscribed would not understand, so its connection is closed. */
  reconnect(miner: MinerConnection<Session, Submission>): void {
    const { publicAddress: to } = this.#options;
    if (!miner.session.subscribed) return miner.connection.close(HANDED_OVER);
    miner.run(miner.session.reconnect(to === undefined ? undefined : { ...to, waitSeconds: 0 }));
  }

  /** Sessions that wait to be resumed; 0 where the dialect cannot resume. */
  abstract get kept(): number;
  /** These nonce1 values belong to another process now: a miner that holds one must get another, or connect again. */
  abstract renumber(lost: LostNonces): void;
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
    this.#judging += 1;
    const verdict = this.judgeShare(submission, from);
    verdict.then(this.#judged, this.#judged);
    return verdict;
  }

  offence(miner: MinerConnection<Session, Submission>, what: Offence): void {
    this.#conduct.offence(miner, what);
  }

  slow(miner: MinerConnection<Session, Submission>, ms: number): void {
    this.#slowed += 1;
    miner.connection.pauseFor(ms);
  }

  refused(miner: MinerConnection<Session, Submission>): void {
    this.#meter(miner);
  }

  /** Counts like a refusal. Good shares do not explain many unasked answers, so too many are an offence as well. */
  unasked(miner: MinerConnection<Session, Submission>): void {
    if (this.#meter(miner)) this.offence(miner, 'flood');
  }

  accepted(miner: MinerConnection<Session, Submission>): void {
    this.#conduct.accepted(miner);
  }

  ran(_miner: MinerConnection<Session, Submission>): void {}

  closed(miner: MinerConnection<Session, Submission>, { cause, detail }: PoolEnding): void {
    this.#wheel.delete(miner);
    this.#conduct.left(miner);
    this.closeSession(miner);
    const { remoteAddress: address } = miner.connection;
    this.onEvent({ kind: 'disconnected', port: this.port, address, connection: miner.id, cause, detail });
  }

  /** @param weight of the session's first shares @throws when the connection must be refused */
  protected abstract openSession(weight: bigint): Session;
  protected abstract closeSession(miner: MinerConnection<Session, Submission>): void;
  /** Whether no node gives work. Then the jobs of miners may be stale. */
  protected abstract get outage(): boolean;
  protected abstract get newestJob(): Job | undefined;
  protected abstract send(miner: MinerConnection<Session, Submission>, job: Job, clean: boolean): void;
  /** Called for each connection once a second. */
  protected look(_miner: MinerConnection<Session, Submission>, _now: number): void {}
  protected afterTick(_now: number): void {}
  protected updated(_limits: PoolLimits): void {}
  /** Whether a connection without a share for `firstShareMs` is closed. */
  protected get closesShareless(): boolean {
    return true;
  }

  protected get limits(): PoolLimits {
    return this.#limits;
  }

  /** Counts lines by kind; for the options of sessions. */
  protected readonly onMessage = (kind: MessageKind): void => {
    this.#messages[kind] += 1;
  };

  /** Gives a connection a job, unless it has a newer one. */
  protected hand(miner: MinerConnection<Session, Submission>, job: Job): void {
    this.#jobs.hand(miner, job);
  }

  get members(): Iterable<MinerConnection<Session, Submission>> {
    return this.#wheel;
  }

  #tellTrouble(miner: MinerConnection<Session, Submission>): void {
    const trouble = this.#trouble;
    if (trouble === undefined || miner.told === trouble || !miner.session.subscribed) return;
    miner.told = trouble;
    miner.tell(trouble);
  }

  /** @returns whether the miner has to wait */
  #meter(miner: MinerConnection<Session, Submission>): boolean {
    const wait = this.#conduct.refused(miner);
    if (wait > 0) this.slow(miner, wait);
    return wait > 0;
  }

  /** Called by the listener for each connection. @throws when the connection must be refused */
  accept(connection: Connection<EndCause>): MinerConnection<Session, Submission> {
    const now = performance.now();
    const vardiff = new Vardiff(this.#vardiff, now);
    const session = this.openSession(vardiff.weight);
    const id = this.#modules.nextId();
    const miner: MinerConnection<Session, Submission> = new MinerConnection(
      { id, now },
      { host: this, connection, session, vardiff },
    );
    this.#wheel.add(miner);
    this.onEvent({ kind: 'connected', port: this.port, address: connection.remoteAddress, connection: id });
    if (this.newestJob !== undefined) this.hand(miner, this.newestJob);
    return miner;
  }
}
