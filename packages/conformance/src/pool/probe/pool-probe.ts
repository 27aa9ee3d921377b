import { setTimeout as pause } from 'node:timers/promises';
import { cannotTell, Judged, type Judgement, orNothing } from '../../report/finding.ts';
import { shownLine, Transcript } from '../../report/transcript.ts';
import { ShareMaker } from '../../shares/share-maker.ts';
import type { PoolDialect, StartSession } from '../dialect.ts';
import type { PoolProbeOptions } from '../run/options.ts';
import { Allowance } from './allowance.ts';
import { FirstJobs } from './first-jobs.ts';
import { JobWaits } from './job-waits.ts';
import { PoolConnection, type PoolConnectionOptions } from './pool-connection.ts';
import type { PoolSession, SessionOptions } from './pool-session.ts';
import { inWords, isAccepted, isNoJob } from './replies.ts';

/** The judgement of a check that the pool shut out. */
export const SHUT_OUT: Judgement = cannotTell(
  'the pool closes every connection of this address without a word: whether it serves others does not show',
  'shut_out',
);

export interface LoginOptions extends Partial<SessionOptions> {
  /** The session of an earlier connection that this one resumes. */
  readonly sessionId?: string | null;
}

export interface PoolProbeModules {
  readonly dialect: PoolDialect;
  /** Addresses of the host; undefined where each connection looks them up. */
  readonly addresses: readonly string[] | undefined;
}

/** What a check works with: connections to the pool, and everything that the checks of a run share. */
export class PoolProbe {
  readonly options: PoolProbeOptions;
  readonly dialect: PoolDialect;
  readonly maker = new ShareMaker();
  readonly jobWaits = new JobWaits();
  readonly #firstJobs: FirstJobs;
  readonly #connections = new Set<PoolConnection>();
  readonly #findings = new Map<string, Promise<unknown>>();
  readonly addresses: readonly string[] | undefined;
  #allowance = new Allowance();
  /** Resolves when the next connection may be opened. */
  #nextOpening: Promise<unknown> = Promise.resolve();
  #transcript: Transcript;

  constructor(options: PoolProbeOptions, { dialect, addresses }: PoolProbeModules) {
    this.options = options;
    this.dialect = dialect;
    this.addresses = addresses;
    this.#firstJobs = new FirstJobs(options.limits);
    this.#transcript = new Transcript(options.password);
  }

  /** Ends the thread that solves shares. */
  async close(): Promise<void> {
    await this.maker.close();
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  /**
   * Opens a connection, at least `gapMs` after the one before.
   * @throws Judged `cannot_tell` where no connection comes about
   */
  async open(): Promise<PoolConnection> {
    const turn = this.#nextOpening.then(() => pause(this.options.limits.gapMs));
    this.#nextOpening = turn;
    await turn;
    return await this.openNow();
  }

  /** Opens a connection without a pause, for floods. */
  async openNow(): Promise<PoolConnection> {
    const { host, port, tls, limits } = this.options;
    const { addresses } = this;
    const options: PoolConnectionOptions = {
      host,
      port,
      answerMs: limits.answerMs,
      ...(addresses === undefined ? {} : { addresses }),
      ...(tls === undefined ? {} : { tls }),
    };
    const connection = await PoolConnection.open(options, {
      transcript: this.#transcript,
      allowance: this.#allowance,
    });
    this.#connections.add(connection);
    return connection;
  }

  /** Parameters of `mining.subscribe` as a miner of today sends them. */
  subscribeParams(sessionId: string | null = null): readonly unknown[] {
    return this.dialect.subscribeParams(this.options, sessionId);
  }

  /** Logs a worker in. @throws Judged `cannot_tell` where the pool does not let it in */
  async login(options: LoginOptions = {}): Promise<PoolSession> {
    return await this.enter(this.dialect.startSession, options);
  }

  /**
   * Subscribes, authorises and begins a session.
   * @param opened a connection on which nothing has been said; a new one where left out
   * @throws Judged `cannot_tell` where the pool does not let the worker in
   */
  async enter<S extends PoolSession>(
    startSession: StartSession<S>,
    options: LoginOptions,
    opened?: PoolConnection,
  ): Promise<S> {
    const connection = opened ?? (await this.open());
    const reply = await connection.request('mining.subscribe', this.subscribeParams(options.sessionId));
    const start = startSession(reply);
    if (start === undefined) throw noLogin('mining.subscribe', inWords(reply), connection);
    const worker = await this.authorize(connection, options);
    const session = start({ connection, worker, options: this.options, maker: this.maker });
    session.firstJobs = this.#firstJobs;
    return session;
  }

  /** Authorises a worker. @returns its name. @throws Judged `cannot_tell` where the pool refuses it */
  async authorize(connection: PoolConnection, options: Partial<SessionOptions> = {}): Promise<string> {
    const { worker = this.options.worker, password = this.options.password } = options;
    const reply = await connection.request('mining.authorize', [worker, password]);
    if (!isAccepted(reply)) throw noLogin('mining.authorize', inWords(reply), connection);
    return worker;
  }

  /**
   * Whether the pool serves a new connection as usual.
   * @throws Judged `cannot_tell` where the pool closes it without a word. A ban looks like this, and a pool may ban
   */
  async serves(): Promise<boolean> {
    const connection = await this.open().catch(orNothing);
    const reply = await connection?.request('mining.subscribe', this.subscribeParams());
    if (connection?.turnedAway === true) {
      // A pool that has just ended looks the same: the system had taken the connection before. Then nobody takes the next.
      const next = await this.open().catch(orNothing);
      if (next === undefined) return false;
      next.close();
      throw new Judged(SHUT_OUT);
    }
    connection?.close();
    return Array.isArray(reply?.result);
  }

  /** Whether the pool has closed a connection of this check without a word, and closes a new one as well. */
  async isShutOut(): Promise<boolean> {
    if (![...this.#connections].some(({ turnedAway }) => turnedAway)) return false;
    return (await this.serves().catch(orNothing)) === undefined;
  }

  /** Whether nobody takes connections any more. */
  async isGone(): Promise<boolean> {
    const open = [...this.#connections].some(({ closed }) => closed === undefined);
    const lost = [...this.#connections].some(({ closed, closedHere }) => closed !== undefined && !closedHere);
    if (open && !lost) return false;
    // A pool that has just ended looks alive once: the system had taken the connection before.
    for (let looks = 1; looks <= 2; looks += 1) {
      const connection = await this.open().catch(orNothing);
      if (connection === undefined) return true;
      await connection.request('mining.subscribe', this.subscribeParams());
      if (!connection.turnedAway) {
        connection.close();
        return false;
      }
    }
    return false;
  }

  /** The line of this check that the pool had last when it ended its connections, without the password. */
  lastLine(): string | undefined {
    const said = [...this.#connections].flatMap(({ deadly }) => deadly ?? []);
    const last = said.toSorted((a, b) => a.at - b.at).at(-1);
    return last === undefined ? undefined : shownLine(last.text, this.options.password);
  }

  /** Finds out once in a run what several checks want to know; again where the first attempt throws. */
  once<T>(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#findings.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const found = find();
    this.#findings.set(key, found);
    found.catch(() => this.#findings.delete(key));
    return found;
  }

  /**
   * Whether a block came during the check: the pool refused a share for its job, and sent a clean job after the first.
   * @param within how long to wait for that job, since the answer to a share may overtake it
   */
  async overtaken(within: number): Promise<boolean> {
    const refused = [...this.#connections].filter(({ received }) =>
      received.some(({ message }) => message.kind === 'response' && isNoJob(message)),
    );
    const moved = await Promise.all(
      refused.map((connection) => connection.until(() => hasMovedOn(connection), within)),
    );
    return moved.includes(true);
  }

  /** Begins the next check, and closes the connections of the last one. */
  reset(): void {
    for (const connection of this.#connections) connection.close();
    this.#connections.clear();
    this.#transcript = new Transcript(this.options.password);
    this.#allowance = new Allowance();
  }
}

function hasMovedOn({ received }: PoolConnection): boolean {
  const jobs = received.filter(({ message }) => 'method' in message && message.method === 'mining.notify');
  return jobs.slice(1).some(({ message }) => 'params' in message && message.params.includes(true));
}

function noLogin(method: string, what: string, connection: PoolConnection): Judged {
  return new Judged(cannotTell(`the probe could not log in: ${method}: ${what}${connection.ending}`));
}
