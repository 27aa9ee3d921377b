import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { AditError, messageOf } from '@adit/primitives';
import { notificationLine, reconnectLine } from '@adit/stratum';
import { cannotTell, fail, Judged } from '../report/finding.ts';
import { afterAwake } from '../wire/awake.ts';
import { isLoopback } from '../wire/own-machine.ts';
import type { MinerDialect } from './dialect.ts';
import type { Submission } from './job.ts';
import { MinerLink } from './link.ts';
import type { MinerProbeLimits } from './options.ts';
import { Pace } from './pace.ts';
import { type JobOptions, MinerSeat, type SeatOptions, seconds } from './seat.ts';
import { Turn } from './turn.ts';

export interface StageOptions {
  readonly host: string;
  readonly port: number;
  readonly allowRemote: boolean;
  readonly rate: number | undefined;
  readonly limits: MinerProbeLimits;
}

export interface StageModules {
  readonly dialect: MinerDialect;
}

/** Connections at once: one miner has one, or two while it moves. */
const MAX_LINKS = 16;
/** No check takes longer to be asked for than the wait for a miner. */
const WAITING_SECONDS = 3_600;

/** What a check plays on: the port, the miner that is there, and the time of the check. */
export class MinerStage {
  readonly limits: MinerProbeLimits;
  readonly dialect: MinerDialect;
  readonly #options: StageOptions;
  readonly #server: Server;
  readonly #pace: Pace;
  /** Those that have spoken, are open, and that nobody has taken: at the most as many as there are links. */
  readonly #arrived: MinerLink[] = [];
  readonly #links = new Set<MinerLink>();
  #waiting: (() => void) | undefined;
  #seat: MinerSeat | undefined;
  #turn = new Turn(WAITING_SECONDS);
  #gone: string | undefined;
  #jobs = 0;

  private constructor(options: StageOptions, modules: StageModules) {
    this.#options = options;
    this.limits = options.limits;
    this.dialect = modules.dialect;
    const { limits, rate } = options;
    this.#pace = new Pace({ paceMs: limits.paceMs, rate }, { dialect: modules.dialect });
    this.#server = createServer((socket) => this.#onSocket(socket));
  }

  /** @throws AditError `ADIT_BAD_ADDRESS` for an address that is not loopback, `ADIT_CANNOT_LISTEN` */
  static async open(options: StageOptions, modules: StageModules): Promise<MinerStage> {
    const { host, port, allowRemote } = options;
    if (!allowRemote && host !== 'localhost' && !isLoopback(host)) {
      throw new AditError(
        'ADIT_BAD_ADDRESS',
        `${host} can be reached from other machines: listen on 127.0.0.1, or allow it`,
      );
    }
    const stage = new MinerStage(options, modules);
    try {
      stage.#server.listen({ host, port });
      await once(stage.#server, 'listening');
    } catch (error) {
      throw new AditError('ADIT_CANNOT_LISTEN', `cannot listen on ${host}:${port}: ${messageOf(error)}`, {
        cause: error,
      });
    }
    return stage;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : this.#options.port;
  }

  /** A target that brings shares at the pace that is aimed at. */
  get easyTarget(): bigint {
    return this.#pace.target;
  }

  get host(): string {
    return this.#options.host;
  }

  /** Begins a check. @returns what its report shows of the conversation */
  begin(checkSeconds: number): Turn {
    this.#turn = new Turn(checkSeconds);
    this.#pace.pause();
    return this.#turn;
  }

  async close(): Promise<void> {
    for (const link of this.#links) link.close();
    this.#seat?.close();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  // --- the miner's connection

  /** Whether a connection that no check has had is there and has spoken, or comes in time. */
  async arrives(within: number, signal?: AbortSignal): Promise<boolean> {
    let over = false;
    const stop = afterAwake(this.#turn.budget(within), () => {
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
  async connection(within: number): Promise<MinerLink | undefined> {
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
  async seat(): Promise<MinerSeat> {
    const seat = this.#seat;
    if (seat?.open === true && seat.authorized && !seat.spoiled && this.#arrived.length === 0) {
      seat.answerWith = undefined;
      return seat;
    }
    await this.dismiss();
    return await this.login(await this.sit({}));
  }

  /** The miner on a new connection, nothing answered yet but what `options` do not hold. It is sent away before. */
  async fresh(options: SeatOptions): Promise<MinerSeat> {
    await this.dismiss();
    return await this.sit(options);
  }

  /** Makes the miner leave: it is asked to, and then made to. */
  async dismiss(): Promise<void> {
    const seat = this.#seat;
    this.#seat = undefined;
    if (seat === undefined || !seat.open) return;
    if (seat.authorized && !seat.spoiled && this.#arrived.length === 0) {
      seat.link.send(reconnectLine());
      await seat.link.quiet(this.limits.leaveMs);
    }
    seat.close();
  }

  /** Takes the next connection. @throws Judged `cannot_tell` where none comes */
  async sit(options: SeatOptions): Promise<MinerSeat> {
    if (this.gone !== undefined) throw new Judged(cannotTell(this.gone));
    const { returnMs } = this.limits;
    const link = await this.connection(returnMs);
    if (link === undefined)
      throw new Judged(cannotTell(`the miner did not come within ${seconds(returnMs)}`));
    return this.take(link, options);
  }

  /** Plays a pool on this connection from now on; the one before is over. */
  take(link: MinerLink, options: SeatOptions): MinerSeat {
    this.#seat?.close();
    const { dialect, limits } = this;
    const nextJob = () => {
      this.#jobs += 1;
      return this.#jobs;
    };
    this.#seat = new MinerSeat(options, { link, dialect, limits, pace: this.#pace, nextJob });
    return this.#seat;
  }

  /** @throws Judged `fail` where the miner does not log in */
  async login(seat: MinerSeat): Promise<MinerSeat> {
    if (await seat.loggedIn()) return seat;
    const missing = seat.subscribed ? 'mining.authorize' : 'mining.subscribe';
    const how = seat.open
      ? `in ${seconds(this.limits.answerMs)}`
      : `before the connection ended (${seat.link.closed})`;
    throw new Judged(fail(`the miner sent no ${missing} ${how}`));
  }

  /** A new job, clean where nothing else is said, and its first valid share. @throws Judged `fail` */
  async share(seat: MinerSeat, options: JobOptions = {}): Promise<Submission> {
    return await seat.shareOf(seat.sendJob(options));
  }

  /** The miner after it left: logged in on a new connection; undefined where it does not come, or not in. */
  async back(options: SeatOptions = {}): Promise<MinerSeat | undefined> {
    const link = await this.connection(this.limits.returnMs);
    if (link === undefined) return undefined;
    const seat = this.take(link, options);
    return (await seat.loggedIn()) ? seat : undefined;
  }

  /** Connections that are open and have not said a word. */
  get silent(): number {
    return [...this.#links].filter(({ received }) => received.length === 0).length;
  }

  /** Connections that have come since and that nobody has taken. */
  get arrivals(): number {
    return this.#arrived.length;
  }

  /** Miners speak first: a connection that says nothing is a passer-by, and is left alone. */
  #onSocket(socket: Socket): void {
    if (this.#links.size >= MAX_LINKS) return void socket.destroy();
    const link = new MinerLink(socket, () => this.#turn);
    this.#links.add(link);
    socket.once('close', () => {
      this.#links.delete(link);
      const place = this.#arrived.indexOf(link);
      if (place >= 0) this.#arrived.splice(place, 1);
    });
    link.speaks(() => {
      this.#arrived.push(link);
      this.#waiting?.();
    });
  }
}

/** @param method of a notification that means nothing */
export function unknownNotification(method = 'mining.probe_unknown'): string {
  return notificationLine(method, ['x', 1, null, { a: [] }]);
}
