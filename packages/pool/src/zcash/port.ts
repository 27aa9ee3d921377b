import { randomBytes } from 'node:crypto';
import { targetOfWeight, weightOfTarget } from '@adit/primitives';
import {
  type AccountReader,
  Grants,
  type Vardiff,
  type Verdict,
  type ZcashJob,
  type ZcashKept,
  type ZcashServerOptions,
  ZcashServerSession,
  type ZcashSubmission,
} from '@adit/stratum';
import type { LostNonces, Nonce1Allocator } from '../nonce1/allocator.ts';
import type { PoolLimits } from '../pool-limits.ts';
import { KeptSessions } from '../ports/kept-sessions.ts';
import type { MinerConnection } from '../ports/miner-connection.ts';
import { accessOptions } from '../ports/port-access.ts';
import type { PortModules } from '../ports/port-modules.ts';
import type { ZcashPortOptions } from '../ports/port-options.ts';
import { StratumPort } from '../ports/stratum-port.ts';
import type { Submitter } from '../shares/submitter.ts';
import type { ZcashEngine } from './engine.ts';
import { SoloPort } from './solo-port.ts';

export interface ZcashPortModules extends PortModules<ZcashEngine> {
  readonly nonce1: Nonce1Allocator;
  /** Time of the oldest work of the network that may still be mined on; see `Nonce1Request`. */
  readonly liveSince: () => number;
  /** The script of the operator's address, needed by a port that pays in the block. */
  readonly operator?: Uint8Array | undefined;
}

type Miner = MinerConnection<ZcashServerSession, ZcashSubmission>;

interface Kept {
  readonly session: ZcashKept;
  readonly vardiff: Vardiff;
}

/** A nonce1 of one or two bytes has too few values to hold some back for sessions that may be resumed. */
const SMALLEST_RESUMABLE_NONCE1 = 3;

/** A port that speaks the Zcash dialect. */
export class ZcashPort extends StratumPort<ZcashServerSession, ZcashSubmission, ZcashJob> {
  readonly #engine: ZcashEngine;
  readonly #nonce1: Nonce1Allocator;
  readonly #liveSince: () => number;
  readonly #readAccount: AccountReader | undefined;
  readonly #kept: KeptSessions<Kept>;
  readonly #resumable: boolean;
  /** Connections that wait for a work under their new target. */
  readonly #retargeted = new Set<Miner>();
  /** Undefined on ports whose blocks pay the operator. */
  readonly #solo: SoloPort | undefined;
  /** Targets of a nonce1 that no session holds. As with every target, a change is for works that do not exist yet. */
  readonly #startTargets: Grants<bigint>;
  #sessionOptions: ZcashServerOptions;
  #newestBroadcast = -1;
  /** The session that is being resumed at this moment. */
  #resuming: Kept | undefined;

  constructor(options: ZcashPortOptions, limits: PoolLimits, modules: ZcashPortModules) {
    super(modules.engine.name, options, limits, modules);
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
    this.#liveSince = modules.liveSince;
    this.#readAccount = modules.readAccount;
    this.#engine.ownWorks.hear((job) => this.#handOwn(job));
    this.#solo = this.#openSolo(options, modules);
    this.#sessionOptions = this.#forSessions(options);
    this.#startTargets = new Grants([{ from: 0, value: this.#startTarget(options) }]);
    this.#resumable = options.nonce1Bytes >= SMALLEST_RESUMABLE_NONCE1;
    this.#kept = new KeptSessions(keptOptions(limits), ({ session }) =>
      this.#nonce1.release(session.nonce1, { told: true, now: performance.now() }),
    );
  }

  /** Sessions that wait to be resumed. */
  override get kept(): number {
    return this.#kept.size;
  }

  /** A new work carries all new targets, so no connection needs a work of its own after it. */
  override broadcast(job: ZcashJob, clean: boolean): void {
    if (job.sequence > this.#newestBroadcast) this.#retargeted.clear();
    this.#newestBroadcast = Math.max(this.#newestBroadcast, job.sequence);
    super.broadcast(job, clean);
    this.#solo?.miners.newWork();
  }

  /** Sets the port's rules for sessions that begin from now on. */
  applyOptions(options: ZcashPortOptions): void {
    this.#sessionOptions = this.#forSessions(options);
    const { newestJob, oldestTerms } = this.#engine;
    this.#startTargets.settle(newestJob + 1, this.#startTarget(options), oldestTerms);
  }

  /**
   * These nonce1 values belong to another process now. A miner that holds one gets another, by `mining.set_extranonce`
   * where it supports that, else by a new connection.
   */
  override renumber(lost: LostNonces): void {
    // Like a target, a nonce1 is settled for works to come only: another nonce1 needs a work that was not sent before.
    const job = this.#engine.ownWork();
    for (const miner of this.members) {
      const { session } = miner;
      if (!lost.has(session.nonce1)) continue;
      const own = job === undefined ? undefined : this.#ownFormOf(miner, job);
      const nonce1 = own !== undefined && session.wantsExtranonce ? this.#untold() : undefined;
      if (own === undefined || nonce1 === undefined) {
        this.reconnect(miner);
        miner.connection.close({ cause: 'nonce1_lost', detail: 'its nonce1 went to another process' });
        continue;
      }
      miner.job = own.order;
      miner.run(session.setNonce1(nonce1, own));
    }
    // A resumed session would have a nonce1 of another process; this includes sessions that were closed just now.
    this.#kept.clear();
  }

  /** The session begins with the start targets of the port, since its nonce1 is worth these. */
  protected override openSession(): ZcashServerSession {
    const nonce1 = this.#nonce1.take({ port: this.port, liveSince: this.#liveSince() });
    return new ZcashServerSession(this.#sessionOptions, {
      nonce1,
      // ZIP 301: an id that is not null promises that the session can be resumed.
      sessionId: this.#resumes ? randomBytes(16).toString('hex') : null,
      targets: this.#startTargets.list,
    });
  }

  protected override closeSession(miner: Miner): void {
    const { session, vardiff } = miner;
    this.#retargeted.delete(miner);
    this.#solo?.leave(miner);
    const kept = this.#resumes ? session.keep() : undefined;
    const now = performance.now();
    const { group } = miner.connection;
    if (kept !== undefined && this.#kept.keep(kept.sessionId, { session: kept, vardiff }, { group, now }))
      return;
    this.#nonce1.release(session.nonce1, { told: session.subscribed, now });
  }

  override resumed(): Vardiff | undefined {
    const vardiff = this.#resuming?.vardiff;
    this.#resuming = undefined;
    return vardiff;
  }

  override judgeShare(submission: ZcashSubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from, this.#solo?.payeeOf(from.connection));
  }

  /** On ports that pay in the block the first login says whom the jobs of the connection pay. */
  override ran(miner: Miner): void {
    const { first } = miner.session.workers;
    if (first !== undefined) this.#solo?.loggedIn(miner, first.account);
  }

  override setWeight(miner: Miner, weight: bigint): void {
    const target = targetOfWeight(weight);
    if (miner.session.target === target) return;
    const { newestJob, oldestTerms, makesWork } = this.#engine;
    miner.session.setTarget(target, newestJob + 1, oldestTerms);
    if (makesWork) this.#retargeted.add(miner);
  }

  override weightOf(target: bigint): bigint {
    return weightOfTarget(target);
  }

  override weightOfShare({ target }: ZcashSubmission): bigint {
    return weightOfTarget(target);
  }

  protected override get outage(): boolean {
    return this.#engine.outageSince !== undefined;
  }

  protected override get newestJob(): ZcashJob | undefined {
    return this.#engine.job;
  }

  protected override send(miner: Miner, job: ZcashJob, clean: boolean): void {
    const own = this.#ownFormOf(miner, job);
    if (own !== undefined) miner.run(miner.session.job(own, clean));
  }

  protected override updated(limits: PoolLimits): void {
    this.#kept.update(keptOptions(limits));
    this.#sessionOptions = { ...this.#sessionOptions, limits: limits.messages };
  }

  /** Where the engine can make work at will, a new target does not wait for the node. */
  protected override afterTick(now: number): void {
    this.#kept.prune(now);
    this.#solo?.miners.tick();
    if (this.#retargeted.size > 0) this.#engine.ownWorks.give(now);
  }

  /** Hands a work to the connections whose target is to change. */
  #handOwn(job: ZcashJob): void {
    for (const miner of this.#retargeted) this.hand(miner, job);
    this.#retargeted.clear();
  }

  /** The job as it goes to this connection; undefined while it gets none. */
  #ownFormOf(miner: Miner, job: ZcashJob): ZcashJob | undefined {
    return this.#solo === undefined ? job : this.#solo.miners.jobFor(miner, job);
  }

  #openSolo({ soloBlock, name }: ZcashPortOptions, modules: ZcashPortModules): SoloPort | undefined {
    if (soloBlock === undefined) return undefined;
    return new SoloPort(soloBlock, {
      ...modules,
      port: name,
      onReady: (miners) => {
        const job = this.#engine.job;
        if (job === undefined) return;
        for (const miner of miners) {
          // The connection was passed over so far, whatever it is noted to have.
          miner.job = -1;
          this.hand(miner, job);
        }
      },
      onOwn: (miners) => {
        for (const miner of miners) this.#retargeted.add(miner);
      },
    });
  }

  #startTarget({ startWeight }: ZcashPortOptions): bigint {
    return targetOfWeight(startWeight);
  }

  /** A nonce1 that nobody had before, for a work that exists already; undefined where none is at hand. */
  #untold(): Uint8Array | undefined {
    try {
      return this.#nonce1.take({ port: this.port, liveSince: this.#liveSince(), untold: true });
    } catch {
      return undefined;
    }
  }

  get #resumes(): boolean {
    return this.#resumable && this.limits.resumeMs > 0;
  }

  #resume(sessionId: string, by: ZcashServerSession): ZcashKept | undefined {
    const kept = this.#kept.take(sessionId, performance.now());
    if (kept === undefined) return undefined;
    // The nonce1 that the connection began with goes back: no miner was told it.
    this.#nonce1.release(by.nonce1, { told: false, now: performance.now() });
    this.#resuming = kept;
    return kept.session;
  }

  #forSessions(options: ZcashPortOptions): ZcashServerOptions {
    const { nonceLayout, jobOnSubscribe, failedResult } = options;
    const { prefix: solutionPrefix, solutionBytes } = this.#engine.sizes;
    return {
      solutionPrefix,
      solutionBytes,
      nonceLayout,
      jobOnSubscribe,
      failedResult,
      ...(this.#solo === undefined ? accessOptions(options, this.#readAccount) : this.#solo.access(options)),
      limits: this.limits.messages,
      onMessage: this.onMessage,
      resume: (id, by) => this.#resume(id, by),
      termsOf: (sequence) => this.#engine.termsOf(sequence),
    };
  }
}

function keptOptions({ resumeMs: keepMs, resumable: max }: PoolLimits) {
  return { keepMs, max };
}
