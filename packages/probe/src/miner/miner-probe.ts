import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { notificationLine, reconnectLine } from '@adit/stratum';
import { cannotTell, fail, Judged } from '../report/finding.ts';
import { afterAwake } from '../wire/awake.ts';
import { isLoopback } from '../wire/own-machine.ts';
import { CheckRun } from './check-run.ts';
import type { MinerDialect } from './dialect.ts';
import type { Submission } from './job.ts';
import { MinerConnection } from './miner-connection.ts';
import { type JobOptions, MinerSession, type SessionOptions, seconds } from './miner-session.ts';
import type { MinerProbeLimits } from './options.ts';
import { Vardiff } from './vardiff.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly allowRemote: boolean;
  readonly rate: number | undefined;
  readonly limits: MinerProbeLimits;
}

export interface ListenModules {
  readonly dialect: MinerDialect;
}

/** Connections at once: one miner has one, or two while it moves. */
const MAX_CONNECTIONS = 16;
/** No check takes longer to be asked for than the wait for a miner. */
const WAITING_SECONDS = 3_600;

/** What a check plays on: the port, the miner that is there, and the time of the check. */
export class MinerProbe {
  readonly limits: MinerProbeLimits;
  readonly dialect: MinerDialect;
  readonly #options: ListenOptions;
  readonly #server: Server;
  readonly #vardiff: Vardiff;
  /** Those that have spoken, are open, and that nobody has taken: at the most as many as there are connections. */
  readonly #arrived: MinerConnection[] = [];
  readonly #connections = new Set<MinerConnection>();
  #waiting: (() => void) | undefined;
  #session: MinerSession | undefined;
  #checkRun = new CheckRun(WAITING_SECONDS);
  #gone: string | undefined;
  #jobs = 0;

  private constructor(options: ListenOptions, modules: ListenModules) {
    this.#options = options;
    this.limits = options.limits;
    this.dialect = modules.dialect;
    const { limits, rate } = options;
    this.#vardiff = new Vardiff({ paceMs: limits.paceMs, rate }, { dialect: modules.dialect });
    this.#server = createServer((socket) => this.#onSocket(socket));
  }

  /** @throws AditError `ADIT_BAD_ADDRESS` for an address that is not loopback, `ADIT_CANNOT_LISTEN` */
  static async open(options: ListenOptions, modules: ListenModules): Promise<MinerProbe> {
    const { host, port, allowRemote } = options;
    if (!allowRemote && host !== 'localhost' && !isLoopback(host)) {
      throw new AditError(
        'ADIT_BAD_ADDRESS',
        `${host} can be reached from other machines: listen on 127.0.0.1, or allow it`,
      );
    }
    const probe = new MinerProbe(options, modules);
    try {
      probe.#server.listen({ host, port });
      await once(probe.#server, 'listening');
    } catch (error) {
      throw new AditError('ADIT_CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return probe;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  /** A target that brings shares at the pace that is aimed at. */
  get easyTarget(): bigint {
    return this.#vardiff.target;
  }

  get host(): string {
    return this.#options.host;
  }

  /** Begins a check. @returns what its report shows of the conversation */
  begin(checkSeconds: number): CheckRun {
    this.#checkRun = new CheckRun(checkSeconds);
    this.#vardiff.pause();
    return this.#checkRun;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    this.#session?.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  // --- the miner's connection

  /** Whether a connection that no check has had is there and has spoken, or comes in time. */
  async arrives(within: number, signal?: AbortSignal): Promise<boolean> {
    let over = false;
    const stop = afterAwake(this.#checkRun.budget(within), () => {
      over = true;
      this.#waiting?.();
    });
    const onAbort = () => this.#waiting?.();
    signal?.addEventListener('abort', onAbort);
    try {
      for (;;) {
        while (this.#arrived[0]?.closed !== undefined) this.#arrived.shift();
        if (this.#arrived.length > 0 || over || signal?.aborted === true) return this.#arrived.length > 0;
        await new Promise<void>((resolve) => {
          this.#waiting = resolve;
        });
        this.#waiting = undefined;
      }
    } finally {
      stop();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  /** The next connection of the miner that no check has had, waited for; undefined where none comes in time. */
  async nextConnection(within: number): Promise<MinerConnection | undefined> {
    const came = await this.arrives(within);
    if (came) this.#gone = undefined;
    else if (within >= this.limits.returnMs) this.#gone = `the miner did not come within ${seconds(within)}`;
    return this.#arrived.shift();
  }

  /** Whether the miner has been given up: it did not come back while an earlier check waited for it. */
  get gone(): string | undefined {
    return this.#arrived.length > 0 ? undefined : this.#gone;
  }

  /** A live connection on which the miner is logged in: that of the check before, or a new one. */
  async session(): Promise<MinerSession> {
    const session = this.#session;
    if (session?.open === true && session.authorized && !session.spoiled && this.#arrived.length === 0) {
      session.answerWith = undefined;
      return session;
    }
    await this.dismiss();
    return await this.login(await this.nextSession({}));
  }

  /** The miner on a new connection, nothing answered yet but what `options` do not hold. It is sent away before. */
  async freshSession(options: SessionOptions): Promise<MinerSession> {
    await this.dismiss();
    return await this.nextSession(options);
  }

  /** Makes the miner leave: it is asked to, and then made to. */
  async dismiss(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined || !session.open) return;
    if (session.authorized && !session.spoiled && this.#arrived.length === 0) {
      session.connection.send(reconnectLine());
      await session.connection.quiet(this.limits.leaveMs);
    }
    session.close();
  }

  /** Takes the next connection. @throws Judged `cannot_tell` where none comes */
  async nextSession(options: SessionOptions): Promise<MinerSession> {
    if (this.gone !== undefined) throw new Judged(cannotTell(this.gone));
    const { returnMs } = this.limits;
    const connection = await this.nextConnection(returnMs);
    if (connection === undefined)
      throw new Judged(cannotTell(`the miner did not come within ${seconds(returnMs)}`));
    return this.takeOver(connection, options);
  }

  /** Plays a pool on this connection from now on; the one before is over. */
  takeOver(connection: MinerConnection, options: SessionOptions): MinerSession {
    this.#session?.close();
    const { dialect, limits } = this;
    const nextJob = () => {
      this.#jobs += 1;
      return this.#jobs;
    };
    this.#session = new MinerSession(options, {
      connection,
      dialect,
      limits,
      vardiff: this.#vardiff,
      nextJob,
    });
    return this.#session;
  }

  /** @throws Judged `fail` where the miner does not log in */
  async login(session: MinerSession): Promise<MinerSession> {
    if (await session.loggedIn()) return session;
    const missing = session.subscribed ? 'mining.authorize' : 'mining.subscribe';
    const how = session.open
      ? `in ${seconds(this.limits.answerMs)}`
      : `before the connection ended (${session.connection.closed})`;
    throw new Judged(fail(`the miner sent no ${missing} ${how}`));
  }

  /** A new job, clean where nothing else is said, and its first valid share. @throws Judged `fail` */
  async share(session: MinerSession, options: JobOptions = {}): Promise<Submission> {
    return await session.shareOf(session.sendJob(options));
  }

  /** The miner after it left: logged in on a new connection; undefined where it does not come, or not in. */
  async back(options: SessionOptions = {}): Promise<MinerSession | undefined> {
    const connection = await this.nextConnection(this.limits.returnMs);
    if (connection === undefined) return undefined;
    const session = this.takeOver(connection, options);
    return (await session.loggedIn()) ? session : undefined;
  }

  /** Connections that are open and have not said a word. */
  get silent(): number {
    return [...this.#connections].filter(({ received }) => received.length === 0).length;
  }

  /** Connections that have come since and that nobody has taken. */
  get arrivals(): number {
    return this.#arrived.length;
  }

  /** Miners speak first: a connection that says nothing is a passer-by, and is left alone. */
  #onSocket(socket: Socket): void {
    if (this.#connections.size >= MAX_CONNECTIONS) return void socket.destroy();
    const connection = new MinerConnection(socket, () => this.#checkRun);
    this.#connections.add(connection);
    socket.once('close', () => {
      this.#connections.delete(connection);
      const place = this.#arrived.indexOf(connection);
      if (place >= 0) this.#arrived.splice(place, 1);
    });
    connection.speaks(() => {
      this.#arrived.push(connection);
      this.#waiting?.();
    });
  }
}

/** @param method of a notification that means nothing */
export function unknownNotification(method = 'mining.probe_unknown'): string {
  return notificationLine(method, ['x', 1, null, { a: [] }]);
}
