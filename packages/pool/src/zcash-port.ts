import { randomBytes } from 'node:crypto';
import { MAX_TARGET_256, weightOfTarget } from '@adit/primitives';
import {
  type Vardiff,
  type Verdict,
  type ZcashJob,
  type ZcashKept,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSubmission,
} from '@adit/stratum';
import { KeptSessions } from './kept-sessions.ts';
import type { Submitter } from './miner.ts';
import type { MinerConnection } from './miner-connection.ts';
import type { LostNonces, Nonce1Allocator } from './nonce1-allocator.ts';
import type { PoolLimits } from './pool-limits.ts';
import type { ZcashPortOptions } from './port-options.ts';
import { type PortModules, StratumPort } from './stratum-port.ts';
import type { ZcashEngine } from './zcash-engine.ts';

export interface ZcashPortModules extends PortModules<ZcashEngine> {
  readonly nonce1: Nonce1Allocator;
}

type Miner = MinerConnection<ZcashServerSession, ZcashSubmission>;

interface Kept {
  readonly session: ZcashKept;
  readonly vardiff: Vardiff;
}

/** One job for all whose target changed within this time: 512 jobs of a tip then last for eight minutes. */
const REISSUE_MS = 1_000;
/** Of a space of one or two bytes nothing can be held back for those who may come again. */
const SMALLEST_RESUMABLE_NONCE1 = 3;

/** A port that speaks the Zcash dialect. */
export class ZcashPort extends StratumPort<ZcashServerSession, ZcashSubmission, ZcashJob> {
  readonly #engine: ZcashEngine;
  readonly #nonce1: Nonce1Allocator;
  readonly #kept: KeptSessions<Kept>;
  readonly #resumable: boolean;
  /** Connections whose new target waits for a job. */
  readonly #retargeted = new Set<Miner>();
  #sessionOptions: ZcashServerOptions;
  #reissuedAt = Number.NEGATIVE_INFINITY;
  /** The session that is being resumed at this moment. */
  #resuming: Kept | undefined;

  constructor(options: ZcashPortOptions, limits: PoolLimits, modules: ZcashPortModules) {
    super(modules.engine.name, options, limits, modules);
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
    this.#sessionOptions = this.#forSessions(options);
    this.#resumable = options.nonce1Bytes >= SMALLEST_RESUMABLE_NONCE1;
    this.#kept = new KeptSessions(keptOptions(limits), ({ session }) =>
      this.#nonce1.release(session.nonce1, session.grants.newest),
    );
  }

  /** Sessions that wait to be resumed. */
  get kept(): number {
    return this.#kept.size;
  }

  override broadcast(job: ZcashJob, clean: boolean): void {
    this.#retargeted.clear();
    super.broadcast(job, clean);
  }

  /** The port's rules for sessions that begin from now on. */
  applyOptions(options: ZcashPortOptions): void {
    this.#sessionOptions = this.#forSessions(options);
  }

  /**
   * These nonce1 values are not ours any more: whoever holds one gets another, by `mining.set_extranonce`
   * where the miner knows it, by a new connection where not.
   */
  renumber(lost: LostNonces): void {
    const job = this.#engine.reissue();
    for (const miner of this.members()) {
      const { session } = miner;
      if (!lost.has(session.nonce1)) continue;
      if (job === undefined || !session.wantsExtranonce) {
        this.reconnect(miner);
        miner.connection.close('its nonce1 went to another process');
        continue;
      }
      const nonce1 = this.#nonce1.take(this.#engine.oldestLiveJob);
      miner.job = job.sequence;
      miner.run(session.setNonce1(nonce1, job));
    }
    // Whoever came back, those included that were closed just now, would have a value of another process.
    this.#kept.clear();
  }

  protected override openSession(weight: bigint): ZcashServerSession {
    const nonce1 = this.#nonce1.take(this.#engine.oldestLiveJob);
    return new ZcashServerSession(this.#sessionOptions, {
      nonce1,
      // ZIP 301: an id that is not null promises that the session can be resumed.
      sessionId: this.#resumes ? randomBytes(16).toString('hex') : null,
      target: targetOf(weight),
    });
  }

  protected override closeSession(miner: Miner): void {
    const { session, vardiff } = miner;
    this.#retargeted.delete(miner);
    const kept = this.#resumes ? session.keep() : undefined;
    const now = performance.now();
    if (kept !== undefined && this.#kept.keep(kept.sessionId, { session: kept, vardiff }, now)) return;
    this.#nonce1.release(session.nonce1, session.subscribed ? this.#engine.newestJob : undefined);
  }

  override resumed(): Vardiff | undefined {
    const vardiff = this.#resuming?.vardiff;
    this.#resuming = undefined;
    return vardiff;
  }

  override judgeShare(submission: ZcashSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from);
  }

  override offerShare(submission: ZcashSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.offer(submission, from);
  }

  override setWeight(miner: Miner, weight: bigint): void {
    miner.session.setTarget(targetOf(weight));
    this.#retargeted.add(miner);
  }

  override weightOf(target: bigint): bigint {
    return weightOfTarget(target);
  }

  protected override get newestJob(): ZcashJob | undefined {
    return this.#engine.job;
  }

  protected override send(miner: Miner, job: ZcashJob, clean: boolean): void {
    miner.run(miner.session.job(job, clean));
  }

  protected override updated(limits: PoolLimits): void {
    this.#kept.update(keptOptions(limits));
    this.#sessionOptions = { ...this.#sessionOptions, limits: limits.messages };
  }

  /** A target that changed must not wait for the chain: a miner that is far too fast floods meanwhile. */
  protected override afterTick(now: number): void {
    this.#kept.prune(now);
    if (this.#retargeted.size === 0 || now - this.#reissuedAt < REISSUE_MS) return;
    this.#reissuedAt = now;
    const job = this.#engine.reissue();
    if (job !== undefined) for (const miner of this.#retargeted) this.hand(miner, job);
    this.#retargeted.clear();
  }

  get #resumes(): boolean {
    return this.#resumable && this.limits.resumeMs > 0;
  }

  #resume(sessionId: string, by: ZcashServerSession): ZcashKept | undefined {
    const kept = this.#kept.take(sessionId, performance.now());
    if (kept === undefined) return undefined;
    // The nonce1 that the connection began with: nobody has been told of it.
    this.#nonce1.release(by.nonce1, undefined);
    this.#resuming = kept;
    return kept.session;
  }

  #forSessions({
    nonceLayout,
    jobOnSubscribe,
    failedResult,
    authorize,
  }: ZcashPortOptions): ZcashServerOptions {
    const { prefix: solutionPrefix, solutionBytes } = this.#engine.sizes;
    return {
      solutionPrefix,
      solutionBytes,
      nonceLayout,
      jobOnSubscribe,
      failedResult,
      authorize,
      limits: this.limits.messages,
      onMessage: this.onMessage,
      resume: (id, by) => this.#resume(id, by),
    };
  }
}

function keptOptions({ resumeMs: keepMs, resumable: max }: PoolLimits) {
  return { keepMs, max };
}

/** The target that a share of this weight (expected hashes) has to meet. */
function targetOf(weight: bigint): bigint {
  return weight <= 1n ? MAX_TARGET_256 : (1n << 256n) / weight - 1n;
}
