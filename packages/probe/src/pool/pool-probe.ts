import { setTimeout as pause } from 'node:timers/promises';
import { cannotTell, Judged, type Judgement, orNothing } from '../report/finding.ts';
import { ShareMaker } from '../shares/share-maker.ts';
import { Transcript } from '../wire/transcript.ts';
import { Allowance } from './allowance.ts';
import type { PoolDialect } from './dialect.ts';
import type { PoolProbeOptions } from './options.ts';
import { Peer, type PeerOptions, type Reply } from './peer.ts';
import { isAccepted, isNoJob, told } from './replies.ts';
import type { Seat, SeatOptions } from './seat.ts';

/** What a check came to that met a closed door. */
export const SHUT_OUT: Judgement = cannotTell(
  'the pool closes every connection of this address without a word: whether it serves others does not show',
  'shut_out',
);

export interface LoginOptions extends Partial<SeatOptions> {
  /** Of an earlier connection, to go on with. */
  readonly sessionId?: string | null;
}

export interface PoolProbeModules {
  readonly dialect: PoolDialect;
  /** Addresses of the host; undefined where each connection looks them up. */
  readonly addresses: readonly string[] | undefined;
}

/** What a check works with: connections to the pool in every state, and what all checks of a run share. */
export class PoolProbe {
  readonly options: PoolProbeOptions;
  readonly dialect: PoolDialect;
  readonly maker = new ShareMaker();
  readonly #peers = new Set<Peer>();
  readonly #memory = new Map<string, Promise<unknown>>();
  readonly addresses: readonly string[] | undefined;
  #allowance = new Allowance();
  /** When the next connection may be made. */
  #door: Promise<unknown> = Promise.resolve();
  #transcript: Transcript;

  constructor(options: PoolProbeOptions, { dialect, addresses }: PoolProbeModules) {
    this.options = options;
    this.dialect = dialect;
    this.addresses = addresses;
    this.#transcript = new Transcript(options.password);
  }

  /** Ends the solving thread. */
  async close(): Promise<void> {
    await this.maker.close();
  }

  get transcript(): Transcript {
    return this.#transcript;
  }

  /**
   * A connection on which nothing has been said, some time after the one before.
   * @throws Judged `cannot_tell`
   */
  async open(): Promise<Peer> {
    const turn = this.#door.then(() => pause(this.options.limits.gapMs));
    this.#door = turn;
    await turn;
    return await this.openNow();
  }

  /** The same without any pause, for floods. */
  async openNow(): Promise<Peer> {
    const { host, port, tls, limits } = this.options;
    const { addresses } = this;
    const options: PeerOptions = {
      host,
      port,
      answerMs: limits.answerMs,
      ...(addresses === undefined ? {} : { addresses }),
      ...(tls === undefined ? {} : { tls }),
    };
    const peer = await Peer.open(options, { transcript: this.#transcript, allowance: this.#allowance });
    this.#peers.add(peer);
    return peer;
  }

  /** Parameters of `mining.subscribe` as a miner of today sends them. */
  subscribeParams(sessionId: string | null = null): readonly unknown[] {
    return this.dialect.subscribeParams(this.options, sessionId);
  }

  /** Logs a worker in. @throws Judged `cannot_tell` where the pool does not let it in */
  async login(options: LoginOptions = {}): Promise<Seat> {
    return await this.dialect.login(this, options);
  }

  /**
   * Subscribes and authorises, in that order.
   * @param read what the answer to `mining.subscribe` says; undefined where it cannot be worked with
   * @param opened a connection on which nothing has been said; a new one where left out
   * @throws Judged `cannot_tell` where the pool does not let the worker in
   */
  async enter<S>(
    read: (reply: Reply | undefined) => S | undefined,
    options: LoginOptions,
    opened?: Peer,
  ): Promise<{ readonly peer: Peer; readonly worker: string; readonly subscription: S }> {
    const peer = opened ?? (await this.open());
    const reply = await peer.request('mining.subscribe', this.subscribeParams(options.sessionId));
    const subscription = read(reply);
    if (subscription === undefined) throw noLogin('mining.subscribe', told(reply), peer);
    return { peer, worker: await this.authorize(peer, options), subscription };
  }

  /** @returns the worker's name. @throws Judged `cannot_tell` where it is refused */
  async authorize(peer: Peer, options: Partial<SeatOptions> = {}): Promise<string> {
    const { worker = this.options.worker, password = this.options.password } = options;
    const reply = await peer.request('mining.authorize', [worker, password]);
    if (!isAccepted(reply)) throw noLogin('mining.authorize', told(reply), peer);
    return worker;
  }

  /**
   * Whether a new connection is served as if nothing had happened.
   * @throws Judged `cannot_tell` where the pool closes it without a word: a ban looks like this, and is the pool's right
   */
  async serves(): Promise<boolean> {
    const peer = await this.open().catch(orNothing);
    const reply = await peer?.request('mining.subscribe', this.subscribeParams());
    if (peer?.turnedAway === true) throw new Judged(SHUT_OUT);
    peer?.close();
    return Array.isArray(reply?.result);
  }

  /** Whether the pool has closed a connection of this check without a word, and closes a new one as well. */
  async isShutOut(): Promise<boolean> {
    if (![...this.#peers].some(({ turnedAway }) => turnedAway)) return false;
    return (await this.serves().catch(orNothing)) === undefined;
  }

  /** What several checks want to know is found out once in a run, or again where that could not be judged. */
  once<T>(key: string, find: () => Promise<T>): Promise<T> {
    const known = this.#memory.get(key) as Promise<T> | undefined;
    if (known !== undefined) return known;
    const found = find();
    this.#memory.set(key, found);
    found.catch(() => this.#memory.delete(key));
    return found;
  }

  /**
   * Whether a block came in between: a share refused for its job, and a clean job behind the first.
   * @param within for that job: the answer to a share may overtake it
   */
  async overtaken(within: number): Promise<boolean> {
    const refused = [...this.#peers].filter(({ received }) =>
      received.some(({ message }) => message.kind === 'response' && isNoJob(message)),
    );
    const moved = await Promise.all(refused.map((peer) => peer.until(() => hasMovedOn(peer), within)));
    return moved.includes(true);
  }

  /** Begins the next check: closes what the last one opened. */
  reset(): void {
    for (const peer of this.#peers) peer.close();
    this.#peers.clear();
    this.#transcript = new Transcript(this.options.password);
    this.#allowance = new Allowance();
  }
}

function hasMovedOn({ received }: Peer): boolean {
  const jobs = received.filter(({ message }) => 'method' in message && message.method === 'mining.notify');
  return jobs.slice(1).some(({ message }) => 'params' in message && message.params.includes(true));
}

function noLogin(method: string, what: string, peer: Peer): Judged {
  const end = peer.closed === undefined ? '' : `, and the connection is ${peer.closed}`;
  return new Judged(cannotTell(`the probe could not log in: ${method}: ${what}${end}`));
}
