import { createServer, type Server, type Socket } from 'node:net';
import { notificationLine, reconnectLine } from '@adit/stratum';
import { afterAwake, type ListenAddress, listen, requireLoopback, stopListening } from '@adit/wire';
import { cannotTell, fail, Judged } from '../../report/finding.ts';
import { seconds } from '../../report/words.ts';
import type { MinerDialect } from '../dialect.ts';
import type { MinerProbeLimits } from '../run/options.ts';
import { CheckRun } from './check-run.ts';
import type { Submission } from './job.ts';
import { MinerConnection } from './miner-connection.ts';
import { MinerSession } from './miner-session.ts';
import type { JobOptions, SessionOptions } from './session-options.ts';
import { Vardiff } from './vardiff.ts';

export interface ListenOptions extends ListenAddress {
  readonly allowRemote: boolean;
  readonly rate: number | undefined;
  readonly limits: MinerProbeLimits;
}

export interface ListenModules {
  readonly dialect: MinerDialect;
}

/** The most open connections. A miner has one, or two while it reconnects. */
const MAX_CONNECTIONS = 16;
/** Connections in a row that a miner may give up before it has logged in. */
const LOGINS = 3;
/** The time before the first check; the wait for a miner is shorter. */
const WAITING_SECONDS = 3_600;

/** What a check works with: the port, the session with the miner, and the time of the check. */
export class MinerProbe {
  readonly limits: MinerProbeLimits;
  readonly dialect: MinerDialect;
  readonly #options: ListenOptions;
  readonly #server: Server;
  readonly #vardiff: Vardiff;
  /** Open connections on which the miner has spoken and that no check has taken; at most `MAX_CONNECTIONS`. */
  readonly #arrived: MinerConnection[] = [];
  readonly #connections = new Set<MinerConnection>();
  #waiting: (() => void) | undefined;
  #session: MinerSession | undefined;
  #checkRun = new CheckRun(WAITING_SECONDS);
  #gone: string | undefined;
  /** Set where the check before has left something that must be put right. */
  #unsettled = false;
  #jobs = 0;
  #port = 0;

  private constructor(options: ListenOptions, modules: ListenModules) {
    this.#options = options;
    this.limits = options.limits;
    this.dialect = modules.dialect;
    const { limits, rate } = options;
    this.#vardiff = new Vardiff({ paceMs: limits.paceMs, rate }, { dialect: modules.dialect });
    this.#server = createServer((socket) => this.#onSocket(socket));
  }

  /** @throws AditError `ADIT_NOT_LOOPBACK`, `ADIT_CANNOT_LISTEN` */
  static async open(options: ListenOptions, modules: ListenModules): Promise<MinerProbe> {
    requireLoopback(options.host, { allowed: options.allowRemote, option: '--allow-remote' });
    const probe = new MinerProbe(options, modules);
    probe.#port = await listen(probe.#server, options);
    return probe;
  }

  get port(): number {
    return this.#port;
  }

  /** A target that brings about one share each `paceMs`. */
  get easyTarget(): bigint {
    return this.#vardiff.target;
  }

  get host(): string {
    return this.#options.host;
  }

  /** Begins a check. @returns its time and its conversation */
  begin(checkSeconds: number): CheckRun {
    this.#checkRun = new CheckRun(checkSeconds);
    this.#vardiff.pause();
    return this.#checkRun;
  }

  async close(): Promise<void> {
    await stopListening(this.#server, () => {
      for (const connection of this.#connections) connection.close();
      this.#session?.close();
    });
  }

  // The miner's connection.

  /** Whether a connection that no check has used has spoken, or does so within `within` milliseconds. */
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

  /** Waits for the next connection that no check has used. @returns undefined where none comes in time */
  async nextConnection(within: number): Promise<MinerConnection | undefined> {
    const came = await this.arrives(within);
    if (came) this.#gone = undefined;
    else if (within >= this.limits.returnMs) this.#gone = `the miner did not come within ${seconds(within)}`;
    return this.#arrived.shift();
  }

  /** Why the miner has been given up: it did not come back while an earlier check waited. Undefined where it has not. */
  get gone(): string | undefined {
    return this.#arrived.length > 0 ? undefined : this.#gone;
  }

  /** Says that the check has left something that the next one must not stumble over. */
  unsettle(): void {
    this.#unsettled = true;
  }

  /** A session on which the miner is logged in and mines: the one of the check before, or a new one. */
  async session(): Promise<MinerSession> {
    const session = this.#session;
    if (session?.open === true && session.authorized && !session.spoiled && this.#arrived.length === 0) {
      session.answerWith = undefined;
      if (!this.#unsettled) return session;
      this.#unsettled = false;
      if (await session.putRight()) return session;
      // It is stuck. Only a new connection brings it back.
      session.spoiled = true;
    }
    await this.dismiss();
    for (let tries = 1; ; tries += 1) {
      const next = await this.nextSession({});
      if (await next.loggedIn()) return next;
      // Some miners need two connections to forget what a hostile pool has told them.
      if (next.open || tries === LOGINS) throw this.#noLogin(next);
    }
  }

  /** Ends the session and begins the next one. Requests in `options.hold` are not answered yet. */
  async freshSession(options: SessionOptions): Promise<MinerSession> {
    await this.dismiss();
    return await this.nextSession(options);
  }

  /** Asks the miner to reconnect, and then closes its connection. */
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

  /** Begins a session on the next connection. @throws Judged `cannot_tell` where none comes */
  async nextSession(options: SessionOptions): Promise<MinerSession> {
    if (this.gone !== undefined) throw new Judged(cannotTell(this.gone));
    const { returnMs } = this.limits;
    const connection = await this.nextConnection(returnMs);
    if (connection === undefined)
      throw new Judged(cannotTell(`the miner did not come within ${seconds(returnMs)}`));
    return this.takeOver(connection, options);
  }

  /** Begins a session on this connection, and ends the session before. */
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

  /** Waits for the miner to log in. @throws Judged `fail` where it does not */
  async login(session: MinerSession): Promise<MinerSession> {
    if (await session.loggedIn()) return session;
    throw this.#noLogin(session);
  }

  #noLogin(session: MinerSession): Judged {
    const missing = session.subscribed ? 'mining.authorize' : 'mining.subscribe';
    const how = session.open
      ? `in ${seconds(this.limits.answerMs)}`
      : `before the connection ended (${session.connection.closed})`;
    return new Judged(fail(`the miner sent no ${missing} ${how}`));
  }

  /** Sends a new job, clean unless `options` say otherwise, and waits for its first valid share. @throws Judged `fail` */
  async share(session: MinerSession, options: JobOptions = {}): Promise<Submission> {
    return await session.shareOf(session.sendJob(options));
  }

  /**
   * Waits until the miner has come back and logged in; undefined where it does not. The first connection need not be the
   * one on which it does.
   * @param until on the clock of `performance.now()`
   */
  async back(
    options: SessionOptions = {},
    until = performance.now() + this.limits.returnMs,
  ): Promise<MinerSession | undefined> {
    let within = this.limits.returnMs;
    while (within > 0) {
      const connection = await this.nextConnection(within);
      if (connection === undefined) return undefined;
      const session = this.takeOver(connection, options);
      if (await session.loggedIn()) return session;
      session.close();
      within = until - performance.now();
    }
    return undefined;
  }

  /**
   * Waits until the miner has come back, logged in and mined.
   * @param left what it did before, as the beginning of a sentence: `it left`
   * @throws Judged `fail` where it does not
   */
  async comesBack(left: string): Promise<MinerSession> {
    const until = performance.now() + this.limits.returnMs;
    for (;;) {
      const back = await this.back({}, until);
      if (back === undefined)
        throw new Judged(fail(`${left}, and did not come back within ${seconds(this.limits.returnMs)}`));
      try {
        await this.share(back);
        return back;
      } catch (error) {
        // It left again before it mined. As long as there is time it may come once more.
        if (!(error instanceof Judged) || back.open || performance.now() >= until) throw error;
      }
    }
  }

  /** Open connections on which the miner has not sent a line. */
  get silent(): number {
    return [...this.#connections].filter(({ received }) => received.length === 0).length;
  }

  /** Connections that have spoken and that no check has taken. */
  get arrivals(): number {
    return this.#arrived.length;
  }

  /** A miner speaks first. A connection that says nothing is left alone. */
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

/** A notification that means nothing. */
export function unknownNotification(method = 'mining.probe_unknown'): string {
  return notificationLine(method, ['x', 1, null, { a: [] }]);
}
