import { MAX_TARGET_256, weightOfTarget } from '@adit/primitives';
import { type Verdict, type ZcashJob, ZcashServerSession, type ZcashSubmission } from '@adit/stratum';
import type { OnPoolEvent } from './events.ts';
import type { Submitter } from './miner.ts';
import type { MinerConnection } from './miner-connection.ts';
import type { Nonce1Allocator } from './nonce1-allocator.ts';
import type { ZcashPortOptions } from './port-options.ts';
import { StratumPort } from './stratum-port.ts';
import type { ZcashEngine } from './zcash-engine.ts';

export interface PortModules<Engine> {
  readonly engine: Engine;
  readonly nonce1: Nonce1Allocator;
  readonly onEvent: OnPoolEvent;
  /** Numbers connections, for log and events. */
  readonly nextId: () => number;
}

/** One job for all whose target changed within this time: 512 jobs of a tip then last for 25 minutes. */
const REISSUE_MS = 3_000;

/** A port that speaks the Zcash dialect. */
export class ZcashPort extends StratumPort<ZcashServerSession, ZcashSubmission> {
  readonly #options: ZcashPortOptions;
  readonly #engine: ZcashEngine;
  readonly #nonce1: Nonce1Allocator;
  readonly #held = new WeakMap<ZcashServerSession, Uint8Array>();
  /** Sessions whose new target waits for a job; those that are gone leave with the next one. */
  readonly #retargeted = new Set<ZcashServerSession>();
  #reissuedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ZcashPortOptions, modules: PortModules<ZcashEngine>) {
    super(modules.engine.name, options, modules);
    this.#options = options;
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
  }

  /** A job for all connections: serialised once, by the engine. */
  broadcast(job: ZcashJob, clean: boolean): void {
    this.#retargeted.clear();
    this.each((session, miner) => miner.run(session.job(job, clean)));
  }

  protected override openSession(weight: bigint): ZcashServerSession {
    const { nonceLayout, jobOnSubscribe, failedResult, authorize } = this.#options;
    const nonce1 = this.#nonce1.take(this.#engine.oldestLiveJob);
    const session = new ZcashServerSession({
      nonce1,
      sessionId: null, // Sessions cannot be resumed, and ZIP 301 says so with null.
      solutionPrefix: this.#engine.sizes.prefix,
      solutionBytes: this.#engine.sizes.solutionBytes,
      nonceLayout,
      jobOnSubscribe,
      failedResult,
      authorize,
      target: targetOf(weight),
    });
    this.#held.set(session, nonce1);
    return session;
  }

  protected override closeSession(session: ZcashServerSession): void {
    const nonce1 = this.#held.get(session);
    const newestJob = session.subscribed ? this.#engine.newestJob : undefined;
    if (nonce1 !== undefined) this.#nonce1.release(nonce1, newestJob);
  }

  protected override greet(session: ZcashServerSession, miner: MinerConnection<ZcashSubmission>): void {
    const { job } = this.#engine;
    if (job !== undefined) miner.run(session.job(job, true));
  }

  protected override judge(submission: ZcashSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from);
  }

  protected override offer(submission: ZcashSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.offer(submission, from);
  }

  protected override setWeight(session: ZcashServerSession, weight: bigint): void {
    session.setTarget(targetOf(weight));
    this.#retargeted.add(session);
  }

  /** A target that changed must not wait for the chain: a miner that is far too fast floods meanwhile. */
  protected override afterTick(now: number): void {
    if (this.#retargeted.size === 0 || now - this.#reissuedAt < REISSUE_MS) return;
    this.#reissuedAt = now;
    const job = this.#engine.reissue();
    this.each((session, miner) => {
      if (job !== undefined && this.#retargeted.has(session)) miner.run(session.job(job, false));
    });
    this.#retargeted.clear();
  }

  protected override weightOf(target: bigint): bigint {
    return weightOfTarget(target);
  }
}

/** The target that a share of this weight (expected hashes) has to meet. */
function targetOf(weight: bigint): bigint {
  return weight <= 1n ? MAX_TARGET_256 : (1n << 256n) / weight - 1n;
}
