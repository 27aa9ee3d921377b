import { type ClientTlsOptions, type Ending, StratumClient, type StratumUrl } from '@adit/net';
import { AditError } from '@adit/primitives';
import { CLIENT_LINE_LIMIT, type ClientEffect, type ClientSession } from '@adit/stratum';
import type { MinerEvent, MinerStatus } from './events.ts';
import type { LostCause } from './lost-cause.ts';
import type { MakeCrew, MinedShare, MiningCrew } from './mining-crew.ts';
import { NoPoolError } from './no-pool-error.ts';
import { OtherDialectError } from './other-dialect-error.ts';
import { RefusalCounts } from './refusal-counts.ts';
import { ShareQueue } from './share-queue.ts';

/** The settings that miners of all dialects have. */
export interface MinerOptions {
  readonly url: StratumUrl;
  /** Number of mining threads; how much of the machine its crew may take. */
  readonly threads: number;
  /** The name and version of the program, for the pool. */
  readonly agent: string;
  /** Attempts for the first connection, 5 where left out. A miner that was connected once tries again for ever. */
  readonly firstAttempts?: number;
  /** After this silence the miner takes the pool for dead and connects again; three minutes where left out. */
  readonly silenceMs?: number;
  /** The pause before the next attempt at a pool that broke the protocol; five seconds where left out. */
  readonly brokenPauseMs?: number;
  /** For a pool that speaks TLS (`stratum+tls://`): the authorities to trust; the usual ones where left out. */
  readonly tls?: ClientTlsOptions;
}

/** The collaborators of a miner. */
export interface MinerModules {
  readonly onEvent: (event: MinerEvent) => void;
  /** From 0 to below 1, for the pauses between attempts; `Math.random` where left out. */
  readonly random?: () => number;
  /** Milliseconds that only grow, for tests. */
  readonly now?: () => number;
}

const FIRST_ATTEMPTS = 5;
/** Shares that are sent and not answered. Pools bound these and refuse further ones, so further ones wait here. */
const MAX_UNANSWERED = 32;
/** Shares that wait until they may be sent. Only a target that is far too easy makes more than this. */
const MAX_WAITING = 1024;
/** A pool commits a share in milliseconds. A pool that answers none within this time has lost the session. */
const ANSWER_WITHIN_MS = 60_000;
/** Causes for which further attempts at the first connection would fail in the same way. */
const IN_VAIN: ReadonlySet<LostCause> = new Set(['bad_address', 'bad_certificate', 'tls_wanted']);
/** A pool that broke the protocol will hardly do better at once. */
const BROKEN_PAUSE_MS = 5_000;
/** A pool that sends lines, but no job within this time, will not send one: real pools do so right behind the login. */
const JOB_WITHIN_MS = 60_000;

/**
 * The base of miners of all dialects: the connection, which is made again when it is lost, the crew, and the counters. A
 * subclass opens the session of its dialect, gives jobs to the crew as tasks, and sends the crew's shares.
 *
 * @typeParam Session the session of the dialect, with its kind of `Job` and, where it has some, its `Extra` effects
 * @typeParam Task what the crew works on
 * @typeParam Share what the crew finds
 */
export abstract class StratumMiner<
  Session extends ClientSession<Job, Extra>,
  Job,
  Task,
  Share extends MinedShare,
  Extra = never,
> {
  protected readonly crew: MiningCrew<Task>;
  protected readonly options: MinerOptions;
  readonly #modules: MinerModules;
  readonly #client: StratumClient<LostCause>;
  readonly #rejected = new RefusalCounts();
  readonly #ended = Promise.withResolvers<void>();
  #session: Session | undefined;
  #accepted = 0;
  #everConnected = false;
  #everReady = false;
  #hasJob = false;
  #openedAt = 0;
  #isEnded = false;
  #token = 0;
  #unanswered = 0;
  /** The time of the last answer, or of the first share since; counts while shares are unanswered. */
  #unansweredSince = 0;
  readonly #waiting = new ShareQueue<Share>({ limit: MAX_WAITING });
  #ratedAt = performance.now();

  /** @param makeCrew is called once, with the number of threads of the options */
  constructor(options: MinerOptions, modules: MinerModules, makeCrew: MakeCrew<Task, Share>) {
    this.options = options;
    this.#modules = modules;
    this.crew = makeCrew(
      { threads: options.threads },
      {
        onShare: (share) => this.#onShare(share),
        onFailure: (reason) => void this.#end(new AditError('ADIT_MINING_THREAD', reason)),
      },
    );
    this.#ended.promise.catch(() => {}); // A thread may fail before `run` is called.
    const { silenceMs, url, tls = {} } = options;
    const { host, port } = url;
    this.#client = new StratumClient(
      {
        host,
        port,
        lineLimit: CLIENT_LINE_LIMIT,
        // Only a job shows that the pool works. Lines alone do not.
        healthyAfterMs: Number.POSITIVE_INFINITY,
        ...(silenceMs === undefined ? {} : { silenceMs }),
        ...(url.tls === true ? { tls } : {}),
      },
      {
        opened: () => this.#onOpen(),
        line: (line) => this.#onLine(line),
        lost: (ending, pauseMs, attempt) => this.#onLost(ending, pauseMs, attempt),
        ...(modules.random === undefined ? {} : { random: modules.random }),
      },
    );
  }

  /**
   * Mines until `stop`.
   * @throws AditError `ADIT_NO_POOL` (a `NoPoolError`) when all attempts at the first connection fail, `ADIT_REFUSED` when
   *   the pool refuses a worker that it has never accepted, `ADIT_OTHER_CHAIN` when its jobs are for another Equihash,
   *   `ADIT_OTHER_DIALECT` (an `OtherDialectError`) when it speaks another dialect, `ADIT_MINING_THREAD` when a thread fails
   */
  async run(): Promise<void> {
    if (!this.#isEnded) this.#client.start();
    await this.#ended.promise;
  }

  async stop(): Promise<void> {
    await this.#end();
  }

  /** @returns the rate since the last call, and the answers of the pool since the start */
  status(): MinerStatus {
    const now = performance.now();
    const rate = (this.crew.takeCount() * 1000) / Math.max(1, now - this.#ratedAt);
    this.#ratedAt = now;
    return { rate, unit: this.unit, accepted: this.#accepted, rejected: this.#rejected.byKind };
  }

  protected abstract readonly unit: MinerStatus['unit'];
  protected abstract openSession(): Session;
  protected abstract onJob(job: Job, clean: boolean): void;
  protected abstract onExtra(effect: Extra): void;
  /** @returns the effects that send the share; none where its job has been withdrawn */
  protected abstract send(session: Session, share: Share, token: number): ClientEffect<Job, Extra>[];
  /** Called when the connection is lost, with its session: subclasses keep what the next session needs of it. */
  protected onSessionLost(_session: Session): void {}
  /** Called when the connection is lost or the miner stops: all jobs are void. */
  protected abstract onConnectionLost(): void;
  /** The pool has judged a share. */
  protected onAnswer(_accepted: boolean, _reason: string): void {}
  /** Resolves when all that the miner started besides its threads has ended. */
  protected async finished(): Promise<void> {}

  protected now(): number {
    return (this.#modules.now ?? (() => performance.now()))();
  }

  /** Gives the threads their next task. @param keep whether shares of the tasks before it still count */
  protected assign(task: Task, keep: boolean): void {
    if (!keep) this.#waiting.clear();
    this.crew.assign(task, keep);
  }

  protected event(event: MinerEvent): void {
    this.#modules.onEvent(event);
  }

  /** Carries out the effects of a call to the current session, if there is one. */
  protected act(work: (session: Session) => ClientEffect<Job, Extra>[]): void {
    if (this.#session !== undefined) this.#run(work(this.#session));
  }

  /** Mining on would bring nothing: `run` ends with this. */
  protected fail(error: AditError): void {
    void this.#end(error);
  }

  protected reconnect(ending: Ending<LostCause>, atLeastMs = 0): void {
    this.#client.reconnect(ending, atLeastMs);
  }

  #onOpen(): void {
    const { host, port } = this.options.url;
    this.#everConnected = true;
    this.#hasJob = false;
    this.#openedAt = this.now();
    this.event({ kind: 'connected', host, port });
    this.#session = this.openSession();
    this.#run(this.#session.open());
  }

  #onLine(line: Uint8Array): void {
    this.#run(this.#session?.line(line) ?? []);
    if (this.#hasJob || this.now() - this.#openedAt <= JOB_WITHIN_MS) return;
    this.reconnect({ cause: 'no_job', detail: 'the pool gives no job' });
  }

  #onLost(ending: Ending<LostCause>, pauseMs: number, attempt: number): void {
    if (this.#session !== undefined) this.onSessionLost(this.#session);
    this.#session = undefined;
    this.#unanswered = 0;
    this.#waiting.clear();
    this.crew.idle();
    this.onConnectionLost();
    const enough = attempt >= (this.options.firstAttempts ?? FIRST_ATTEMPTS);
    // A port that wants TLS takes connections, and none of them is of use.
    const wasMade = ending.cause === 'tls_wanted' ? this.#everReady : this.#everConnected;
    if (!wasMade && (enough || IN_VAIN.has(ending.cause))) {
      void this.#end(new NoPoolError(this.options.url, ending));
      return;
    }
    this.event({ kind: 'lost', ...ending, pauseMs });
  }

  #onShare(share: Share): void {
    if (this.#unanswered > 0 && this.now() - this.#unansweredSince > ANSWER_WITHIN_MS) {
      return this.reconnect({ cause: 'no_answers', detail: 'the pool answers no shares' });
    }
    this.#waiting.push(share);
    this.#sendWaiting();
  }

  /** Sends as many shares as may be unanswered. Shares whose job has been withdrawn are dropped. */
  #sendWaiting(): void {
    while (this.#session !== undefined && this.#unanswered < MAX_UNANSWERED) {
      const share = this.#waiting.take();
      if (share === undefined) return;
      this.#token += 1;
      const token = this.#token;
      this.act((session) => {
        const effects = this.send(session, share, token);
        if (effects.length > 0) {
          if (this.#unanswered === 0) this.#unansweredSince = this.now();
          this.#unanswered += 1;
          this.event({ kind: 'share_sent', jobId: share.jobId });
        }
        return effects;
      });
    }
  }

  #run(effects: readonly ClientEffect<Job, Extra>[]): void {
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: ClientEffect<Job, Extra>): void {
    if (!isCommon<Job, Extra>(effect)) return this.onExtra(effect);
    switch (effect.kind) {
      case 'send':
        return this.#client.send(effect.data);
      case 'ready':
        this.#everReady = true;
        return this.event({ kind: 'ready', worker: this.options.url.worker });
      case 'job':
        if (!this.#hasJob) this.#client.healthy();
        this.#hasJob = true;
        return this.onJob(effect.job, effect.clean);
      case 'result':
        return this.#onResult(effect.accepted, effect.reason);
      case 'message':
        return this.event({ kind: 'message', text: effect.text });
      case 'note':
        return this.event({ kind: 'note', text: effect.text });
      case 'reconnect':
        return this.#onReconnect(effect.host, effect.port, effect.waitSeconds);
      case 'broken': {
        const { cause, detail } = effect;
        return this.#client.reconnect({ cause, detail }, this.options.brokenPauseMs ?? BROKEN_PAUSE_MS);
      }
      case 'refused':
        // A pool whose list of workers is away for a moment must not end a miner that has run for a month.
        if (this.#everReady) return this.reconnect({ cause: 'worker_refused', detail: effect.reason });
        return void this.#end(new AditError('ADIT_REFUSED', effect.reason));
      case 'other_dialect':
        return this.fail(new OtherDialectError(effect.dialect));
    }
  }

  #onResult(accepted: boolean, reason: string): void {
    this.#unanswered -= 1;
    this.#unansweredSince = this.now();
    this.#count(accepted, reason);
    this.onAnswer(accepted, reason);
    this.#sendWaiting();
  }

  #count(accepted: boolean, reason: string): void {
    if (accepted) {
      this.#accepted += 1;
      return this.event({ kind: 'accepted' });
    }
    this.#rejected.add(reason);
    this.event({ kind: 'rejected', reason });
  }

  /** Follows to another port, but never to another host: on a plain connection, anybody on the way could ask for that. */
  #onReconnect(host: string | undefined, port: number | undefined, waitSeconds: number): void {
    const own = this.options.url.host;
    if (host !== undefined && host !== own) {
      return this.event({ kind: 'note', text: `the pool asks to connect to ${host}: not followed` });
    }
    if (port !== undefined) this.#client.moveTo(port);
    this.reconnect({ cause: 'asked', detail: 'the pool asks to connect again' }, waitSeconds * 1000);
  }

  async #end(error?: AditError): Promise<void> {
    this.#isEnded = true;
    this.#session = undefined;
    this.#client.stop();
    this.onConnectionLost();
    await Promise.all([this.crew.stop(), this.finished()]);
    if (error === undefined) this.#ended.resolve();
    else this.#ended.reject(error);
  }
}

const COMMON = new Set([
  'send',
  'ready',
  'job',
  'result',
  'message',
  'note',
  'reconnect',
  'broken',
  'refused',
  'other_dialect',
]);

function isCommon<Job, Extra>(effect: ClientEffect<Job, Extra>): effect is ClientEffect<Job, never> {
  return typeof effect === 'object' && effect !== null && 'kind' in effect && COMMON.has(String(effect.kind));
}
