import { randomBytes } from 'node:crypto';
import { MAX_TARGET_128, weightOfEitherHalf } from '@adit/primitives';
import { type TrueJob, TrueStratumServerSession, type TrueSubmission, type Verdict } from '@adit/stratum';
import type { Submitter } from './miner.ts';
import type { MinerConnection } from './miner-connection.ts';
import type { Nonce1Allocator } from './nonce1-allocator.ts';
import type { TruePortOptions } from './port-options.ts';
import { StratumPort } from './stratum-port.ts';
import type { TrueChainEngine } from './truechain-engine.ts';
import type { PortModules } from './zcash-port.ts';

/** Jobs older than this are sent again, a little later on some connections: real miners idle at 120 s. */
const REFRESH_MS = 40_000;
const REFRESH_SPREAD_MS = 15_000;
/** After an answered submission, but no more often than this. */
const MIN_REFRESH_MS = 200;

/** A port that speaks TrueStratum. */
export class TruePort extends StratumPort<TrueStratumServerSession, TrueSubmission> {
  readonly #options: TruePortOptions;
  readonly #engine: TrueChainEngine;
  readonly #nonce1: Nonce1Allocator | undefined;
  readonly #held = new WeakMap<TrueStratumServerSession, Uint8Array>();

  constructor(
    options: TruePortOptions,
    modules: Omit<PortModules<TrueChainEngine>, 'nonce1'> & { readonly nonce1?: Nonce1Allocator },
  ) {
    super(modules.engine.name, options, modules);
    this.#options = options;
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
  }

  broadcast(job: TrueJob, clean: boolean): void {
    const now = performance.now();
    this.each((session, miner) => miner.run(session.job(job, clean, now)));
  }

  protected override openSession(weight: bigint): TrueStratumServerSession {
    const { authorize, strictPrefix } = this.#options;
    const nonce1 = this.#nonce1?.take(this.#engine.oldestLiveJob) ?? new Uint8Array(0);
    const session = new TrueStratumServerSession({
      nonce1,
      sessionId: randomBytes(16).toString('hex'),
      authorize,
      target: targetOf(weight),
      strictPrefix,
      refreshMs: REFRESH_MS + Math.random() * REFRESH_SPREAD_MS,
      minRefreshMs: MIN_REFRESH_MS,
      seedsOf: (sequence) => this.#engine.seedsOf(sequence),
    });
    this.#held.set(session, nonce1);
    return session;
  }

  protected override closeSession(session: TrueStratumServerSession): void {
    const nonce1 = this.#held.get(session);
    const newestJob = session.subscribed ? this.#engine.newestJob : undefined;
    if (nonce1 !== undefined) this.#nonce1?.release(nonce1, newestJob);
  }

  protected override greet(session: TrueStratumServerSession, miner: MinerConnection<TrueSubmission>): void {
    const { job } = this.#engine;
    if (job !== undefined) miner.run(session.job(job, true, performance.now()));
  }

  protected override tickSession(
    session: TrueStratumServerSession,
    miner: MinerConnection<TrueSubmission>,
    now: number,
  ): void {
    miner.run(session.tick(now));
  }

  protected override judge(submission: TrueSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from);
  }

  protected override offer(submission: TrueSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.offer(submission, from);
  }

  protected override setWeight(session: TrueStratumServerSession, weight: bigint): void {
    session.setTarget(targetOf(weight));
  }

  protected override weightOf(target: bigint): bigint {
    return weightOfEitherHalf(target);
  }
}

/** Either half may meet it, so a share of this weight (expected hashes) has about half that chance on each. */
function targetOf(weight: bigint): bigint {
  return weight <= 1n ? MAX_TARGET_128 : (1n << 127n) / weight;
}
