import { randomBytes } from 'node:crypto';
import { targetOfEitherHalf, weightOfEitherHalf } from '@adit/primitives';
import {
  type AccountReader,
  Grants,
  type TrueJob,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
  type TrueSubmission,
  type Verdict,
} from '@adit/stratum';
import type { LostNonces, Nonce1Allocator } from '../nonce1/allocator.ts';
import type { PoolLimits } from '../pool-limits.ts';
import type { MinerConnection } from '../ports/miner-connection.ts';
import { accessOptions } from '../ports/port-access.ts';
import type { PortModules } from '../ports/port-modules.ts';
import type { PortOptions, TruePortOptions } from '../ports/port-options.ts';
import { StratumPort } from '../ports/stratum-port.ts';
import type { Submitter } from '../shares/submitter.ts';
import type { TrueChainEngine } from './engine.ts';
import { FASTEST_MS } from './loose-target.ts';
import { SeedBudget } from './seed-budget.ts';

export interface TruePortModules extends PortModules<TrueChainEngine> {
  /** Undefined where the port leaves miners the whole nonce. */
  readonly nonce1?: Nonce1Allocator;
  /** Time of the oldest work that may still be mined on; see `Nonce1Request`. */
  readonly liveSince: () => number;
  /** Shared by all ports. Default: one of the port's own. */
  readonly seeds?: SeedBudget;
}

type Miner = MinerConnection<TrueStratumServerSession, TrueSubmission>;

/** A job of this age is sent again, a little later on some connections: real miners stop mining it at 120 s. */
const REFRESH_MS = 40_000;
const REFRESH_SPREAD_MS = 15_000;
/**
 * Time from an answer to the next job id. The reference miner's thread sleeps for a second after its share, so this
 * costs it nothing. A job that comes at once meets the thread before it sleeps, and the thread then submits nonce 0.
 */
const REFRESH_DELAY_MS = 200;
const REFRESH_DELAY_SPREAD_MS = 100;
/** Size of a seedhash answer on the wire, its envelope included. */
const SEEDS_BYTES = 380_000;
/** Time between two looks at connections that wait for seeds. The port reads nothing from them until the next look. */
const SEEDS_RETRY_MS = 250;
const SEEDS_PAUSE_MS = 2 * SEEDS_RETRY_MS;
/** A connection that has not read its seeds after this time (6 KB a second) does not mine. */
const SEEDS_READ_MS = 60_000;

/**
 * A port that speaks TrueStratum.
 *
 * With the strict prefix each connection has its own nonces, and so its own target. Without it nonces are not bound to
 * connections: the engine then has one target for each header, and `d=` and the vardiff of single miners do nothing.
 */
export class TruePort extends StratumPort<TrueStratumServerSession, TrueSubmission, TrueJob> {
  readonly #engine: TrueChainEngine;
  readonly #nonce1: Nonce1Allocator | undefined;
  readonly #liveSince: () => number;
  readonly #readAccount: AccountReader | undefined;
  readonly #strict: boolean;
  readonly #held = new WeakMap<TrueStratumServerSession, Uint8Array>();
  /** Miners that have a thread which sleeps until a job comes under a new id. */
  readonly #refreshDue = new Set<Miner>();
  /** Targets of a nonce1 that no session holds. As with every target, a change is for headers that do not exist yet. */
  readonly #startTargets: Grants<bigint>;
  readonly #seeds: SeedBudget;
  /** Miners that wait for seeds, the longest wait first. */
  readonly #seedsDue = new Set<Miner>();
  /** Miners that have not read their seeds yet, each with the time at which the seeds were sent. */
  readonly #reading = new Map<Miner, number>();
  #seedsAt = 0;
  #sessionOptions: TrueStratumServerOptions;

  constructor(options: TruePortOptions, limits: PoolLimits, modules: TruePortModules) {
    super(modules.engine.name, forVardiff(options, options.strictPrefix), limits, modules);
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
    this.#liveSince = modules.liveSince;
    this.#readAccount = modules.readAccount;
    this.#strict = options.strictPrefix;
    this.#seeds = modules.seeds ?? new SeedBudget();
    this.#sessionOptions = this.#forSessions(options);
    this.#startTargets = new Grants([{ from: 0, value: targetOfEitherHalf(options.startWeight) }]);
  }

  /** The dialect has no way to resume. */
  override get kept(): number {
    return 0;
  }

  /** Sets the port's rules for sessions that begin from now on. */
  applyOptions(options: TruePortOptions): void {
    this.#sessionOptions = this.#forSessions(options);
    const { newestJob, oldestTerms } = this.#engine;
    this.#startTargets.settle(newestJob + 1, targetOfEitherHalf(options.startWeight), oldestTerms);
  }

  override update(options: PortOptions, limits: PoolLimits): void {
    super.update(forVardiff(options, this.#strict), limits);
  }

  /** The dialect cannot change a nonce1: a miner that holds one of these has to connect again. */
  override renumber(lost: LostNonces): void {
    for (const miner of this.members) {
      const nonce1 = this.#held.get(miner.session);
      if (nonce1 === undefined || !lost.has(nonce1)) continue;
      this.reconnect(miner);
      miner.connection.close({ cause: 'nonce1_lost', detail: 'its nonce1 went to another process' });
    }
  }

  protected override openSession(): TrueStratumServerSession {
    const { port } = this;
    const nonce1 = this.#nonce1?.take({ port, liveSince: this.#liveSince() }) ?? new Uint8Array(0);
    const session = new TrueStratumServerSession(this.#sessionOptions, {
      nonce1,
      sessionId: randomBytes(16).toString('hex'),
      targets: this.#startTargets.list,
      refreshMs: REFRESH_MS + Math.random() * REFRESH_SPREAD_MS,
    });
    this.#held.set(session, nonce1);
    return session;
  }

  protected override closeSession(miner: Miner): void {
    const { session } = miner;
    this.#refreshDue.delete(miner);
    this.#engine.loose?.leave(miner.id, performance.now());
    this.#seedsDue.delete(miner);
    this.#reading.delete(miner);
    this.#seeds.left(miner.id);
    const nonce1 = this.#held.get(session);
    if (nonce1 === undefined) return;
    this.#nonce1?.release(nonce1, { told: session.subscribed, now: performance.now() });
  }

  override judgeShare(submission: TrueSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from);
  }

  override setWeight(miner: Miner, weight: bigint): void {
    const { newestJob, oldestTerms } = this.#engine;
    miner.session.setTarget(targetOfEitherHalf(weight), newestJob + 1, oldestTerms);
  }

  override weightOf(target: bigint): bigint {
    return weightOfEitherHalf(target);
  }

  /** Without the strict prefix a submission has no target of its own, and its weight moves nothing. */
  override weightOfShare({ target, easiest }: TrueSubmission): bigint {
    return weightOfEitherHalf(target ?? easiest);
  }

  protected override get outage(): boolean {
    return this.#engine.outageSince !== undefined;
  }

  override ran(miner: Miner): void {
    // A verdict may come after the end of its connection.
    if (miner.session.hasJob && miner.connection.open) this.#engine.loose?.join(miner.id, performance.now());
    if (miner.session.refreshDue) this.#refreshDue.add(miner);
    if (!miner.session.seedsDue || this.#seedsDue.has(miner)) return;
    this.#seedsDue.add(miner);
    this.#giveSeeds(miner, performance.now());
  }

  #giveSeeds(miner: Miner, now: number): void {
    const { connection, id } = miner;
    const { remoteAddress: address, unsentBytes } = connection;
    if (!this.#seeds.take({ address, connection: id, unsentBytes }, SEEDS_BYTES, now))
      return connection.pauseFor(SEEDS_PAUSE_MS);
    this.#seedsDue.delete(miner);
    this.#reading.set(miner, now);
    miner.run(miner.session.giveSeeds());
  }

  #lookAtReaders(now: number): void {
    for (const [miner, since] of this.#reading) {
      if (miner.connection.unsentBytes === 0) this.#reading.delete(miner);
      else if (now - since > SEEDS_READ_MS)
        miner.connection.drop({ cause: 'not_reading', detail: 'it does not read its seeds' });
    }
  }

  protected override get newestJob(): TrueJob | undefined {
    return this.#engine.job;
  }

  protected override send(miner: Miner, job: TrueJob, clean: boolean): void {
    miner.run(miner.session.job(job, clean, performance.now()));
  }

  protected override look(miner: Miner, now: number): void {
    miner.run(miner.session.tick(now));
  }

  protected override afterTick(now: number): void {
    this.#engine.tick(now);
    for (const miner of this.#refreshDue) {
      miner.run(miner.session.tick(now));
      if (!miner.session.refreshDue) this.#refreshDue.delete(miner);
    }
    if (now - this.#seedsAt < SEEDS_RETRY_MS) return;
    this.#seedsAt = now;
    for (const miner of this.#seedsDue) this.#giveSeeds(miner, now);
    this.#lookAtReaders(now);
    this.#seeds.tick(now);
  }

  protected override updated(limits: PoolLimits): void {
    this.#sessionOptions = { ...this.#sessionOptions, limits: limits.messages };
  }

  /** Without the strict prefix a miner far slower than the fastest waits long for its first share, and may stay. */
  protected override get closesShareless(): boolean {
    return this.#strict;
  }

  #forSessions(options: TruePortOptions): TrueStratumServerOptions {
    return {
      ...accessOptions(options, this.#readAccount),
      failedResult: false,
      // The value that the port began with. A change would alter the worth of hashes that miners have computed already.
      strictPrefix: this.#strict,
      refreshDelayMs: () => REFRESH_DELAY_MS + Math.random() * REFRESH_DELAY_SPREAD_MS,
      termsOf: (sequence) => this.#engine.termsOf(sequence),
      seedsOf: (sequence) => this.#engine.seedsOf(sequence),
      seedsWait: true,
      limits: this.limits.messages,
      onMessage: this.onMessage,
    };
  }
}

/**
 * The options for the vardiff of the port's connections. The reference miner sleeps for a second after each share, so
 * shares must be far apart, or the miner looks slow. Without the strict prefix the weight of single connections is
 * fixed, so that a reload does not report a change either.
 */
export function forVardiff(options: PortOptions, strict: boolean): PortOptions {
  const still = { fixedWeight: true, startWeight: 1n, minWeight: 1n, maxWeight: 1n };
  if (!strict) return { ...options, ...still };
  const shareIntervalMs = Math.max(options.shareIntervalMs, FASTEST_MS);
  return { ...options, shareIntervalMs, learningIntervalMs: FASTEST_MS };
}
