import { randomBytes } from 'node:crypto';
import { MAX_TARGET_128, weightOfEitherHalf } from '@adit/primitives';
import {
  type TrueJob,
  type TrueStratumServerOptions,
  TrueStratumServerSession,
  type TrueSubmission,
  type Verdict,
} from '@adit/stratum';
import type { Submitter } from './miner.ts';
import type { MinerConnection } from './miner-connection.ts';
import type { LostNonces, Nonce1Allocator } from './nonce1-allocator.ts';
import type { PoolLimits } from './pool-limits.ts';
import type { TruePortOptions } from './port-options.ts';
import { type PortModules, StratumPort } from './stratum-port.ts';
import type { TrueChainEngine } from './truechain-engine.ts';

export interface TruePortModules extends PortModules<TrueChainEngine> {
  /** None where the port leaves miners the whole nonce. */
  readonly nonce1?: Nonce1Allocator;
  /** When the oldest work was made that may be mined on; see `Nonce1Request`. */
  readonly liveSince: () => number;
}

type Miner = MinerConnection<TrueStratumServerSession, TrueSubmission>;

/** Jobs older than this are sent again, a little later on some connections: real miners idle at 120 s. */
const REFRESH_MS = 40_000;
const REFRESH_SPREAD_MS = 15_000;
/** After an answered submission, but no more often than this. */
const MIN_REFRESH_MS = 200;

/** A port that speaks TrueStratum. */
export class TruePort extends StratumPort<TrueStratumServerSession, TrueSubmission, TrueJob> {
  readonly #engine: TrueChainEngine;
  readonly #nonce1: Nonce1Allocator | undefined;
  readonly #liveSince: () => number;
  readonly #held = new WeakMap<TrueStratumServerSession, Uint8Array>();
  /** A thread of theirs sleeps until they get a job under a new id. */
  readonly #refreshDue = new Set<Miner>();
  #sessionOptions: TrueStratumServerOptions;

  constructor(options: TruePortOptions, limits: PoolLimits, modules: TruePortModules) {
    super(modules.engine.name, options, limits, modules);
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
    this.#liveSince = modules.liveSince;
    this.#sessionOptions = this.#forSessions(options);
  }

  /** The dialect has no way to resume. */
  get kept(): number {
    return 0;
  }

  /** The port's rules for sessions that begin from now on. */
  applyOptions(options: TruePortOptions): void {
    this.#sessionOptions = this.#forSessions(options);
  }

  /** The dialect cannot change a nonce1: whoever holds one of these has to connect again. */
  renumber(lost: LostNonces): void {
    for (const miner of this.members()) {
      const nonce1 = this.#held.get(miner.session);
      if (nonce1 === undefined || !lost.has(nonce1)) continue;
      this.reconnect(miner);
      miner.connection.close('its nonce1 went to another process');
    }
  }

  protected override openSession(weight: bigint): TrueStratumServerSession {
    const { port } = this;
    const nonce1 = this.#nonce1?.take({ port, liveSince: this.#liveSince() }) ?? new Uint8Array(0);
    const session = new TrueStratumServerSession(this.#sessionOptions, {
      nonce1,
      sessionId: randomBytes(16).toString('hex'),
      target: targetOf(weight),
      refreshMs: REFRESH_MS + Math.random() * REFRESH_SPREAD_MS,
    });
    this.#held.set(session, nonce1);
    return session;
  }

  protected override closeSession(miner: Miner): void {
    const { session } = miner;
    this.#refreshDue.delete(miner);
    const nonce1 = this.#held.get(session);
    if (nonce1 === undefined) return;
    this.#nonce1?.release(nonce1, { told: session.subscribed, now: performance.now() });
  }

  override judgeShare(submission: TrueSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from);
  }

  override offerShare(submission: TrueSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.offer(submission, from);
  }

  override setWeight(miner: Miner, weight: bigint): void {
    miner.session.setTarget(targetOf(weight));
    this.#refreshDue.add(miner);
  }

  override weightOf(target: bigint): bigint {
    return weightOfEitherHalf(target);
  }

  override weightOfShare({ target }: TrueSubmission): bigint {
    return weightOfEitherHalf(target);
  }

  protected override get outage(): boolean {
    return this.#engine.outageSince !== undefined;
  }

  override ran(miner: Miner): void {
    if (miner.session.refreshDue) this.#refreshDue.add(miner);
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
    for (const miner of this.#refreshDue) {
      miner.run(miner.session.tick(now));
      if (!miner.session.refreshDue) this.#refreshDue.delete(miner);
    }
  }

  protected override updated(limits: PoolLimits): void {
    this.#sessionOptions = { ...this.#sessionOptions, limits: limits.messages };
  }

  #forSessions({ authorize, strictPrefix }: TruePortOptions): TrueStratumServerOptions {
    return {
      authorize,
      failedResult: false,
      strictPrefix,
      minRefreshMs: MIN_REFRESH_MS,
      seedsOf: (sequence) => this.#engine.seedsOf(sequence),
      limits: this.limits.messages,
      onMessage: this.onMessage,
    };
  }
}

/** Either half may meet it, so a share of this weight (expected hashes) has about half that chance on each. */
function targetOf(weight: bigint): bigint {
  return weight <= 1n ? MAX_TARGET_128 : (1n << 127n) / weight;
}
