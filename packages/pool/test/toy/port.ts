import type { PoolLimits, PortOptions } from '@adit/pool';
import {
  type LostNonces,
  type MinerConnection,
  type Nonce1Allocator,
  type PortModules,
  StratumPort,
  type Submitter,
} from '@adit/pool/family';
import { targetOfWeight, weightOfTarget } from '@adit/primitives';
import { type CoreOptions, Grants, portAuthorizer, type Verdict } from '@adit/stratum';
import type { ToyEngine } from './engine.ts';
import { type ToyJob, ToyServerSession, type ToySubmission } from './server-session.ts';

export interface ToyPortOptions extends PortOptions {
  readonly dialect: 'toy';
}

export interface ToyPortModules extends PortModules<ToyEngine> {
  readonly nonce1: Nonce1Allocator;
  readonly liveSince: () => number;
}

type Miner = MinerConnection<ToyServerSession, ToySubmission>;

/** A port that speaks the toy dialect. It has no way to resume a session, or to change a nonce1. */
export class ToyPort extends StratumPort<ToyServerSession, ToySubmission, ToyJob> {
  readonly #engine: ToyEngine;
  readonly #nonce1: Nonce1Allocator;
  readonly #liveSince: () => number;
  /** What a nonce1 that nobody holds is worth: it changes like all others, for works that do not exist yet. */
  readonly #startTargets: Grants<bigint>;
  #sessionOptions: CoreOptions;

  constructor(options: ToyPortOptions, limits: PoolLimits, modules: ToyPortModules) {
    super(modules.engine.name, options, limits, modules);
    this.#engine = modules.engine;
    this.#nonce1 = modules.nonce1;
    this.#liveSince = modules.liveSince;
    this.#startTargets = new Grants([{ from: 0, value: targetOfWeight(options.startWeight) }]);
    this.#sessionOptions = this.#forSessions(options);
  }

  override get kept(): number {
    return 0;
  }

  /** The port's rules for sessions that begin from now on. */
  applyOptions(options: ToyPortOptions): void {
    this.#sessionOptions = this.#forSessions(options);
    const { newestJob, oldestKnown } = this.#engine;
    this.#startTargets.settle(newestJob + 1, targetOfWeight(options.startWeight), oldestKnown);
  }

  override renumber(lost: LostNonces): void {
    for (const miner of this.members) {
      if (!lost.has(miner.session.nonce1)) continue;
      this.reconnect(miner);
      miner.connection.close({ cause: 'nonce1_lost', detail: 'its nonce1 went to another process' });
    }
  }

  override judgeShare(submission: ToySubmission, from: Submitter): Promise<Verdict> {
    return this.#engine.judge(submission, from);
  }

  override setWeight(miner: Miner, weight: bigint): void {
    const { newestJob, oldestKnown } = this.#engine;
    miner.session.setTarget(targetOfWeight(weight), newestJob + 1, oldestKnown);
  }

  override weightOf(target: bigint): bigint {
    return weightOfTarget(target);
  }

  override weightOfShare({ target }: ToySubmission): bigint {
    return weightOfTarget(target);
  }

  protected override openSession(): ToyServerSession {
    const nonce1 = this.#nonce1.take({ port: this.port, liveSince: this.#liveSince() });
    return new ToyServerSession(this.#sessionOptions, { nonce1, targets: this.#startTargets.list });
  }

  protected override closeSession({ session }: Miner): void {
    this.#nonce1.release(session.nonce1, { told: session.subscribed, now: performance.now() });
  }

  /** The node is in memory: it always gives work. */
  protected override get outage(): boolean {
    return false;
  }

  protected override get newestJob(): ToyJob | undefined {
    return this.#engine.job;
  }

  protected override send(miner: Miner, job: ToyJob, clean: boolean): void {
    miner.run(miner.session.job(job, clean));
  }

  protected override updated(limits: PoolLimits): void {
    this.#sessionOptions = { ...this.#sessionOptions, limits: limits.messages };
  }

  #forSessions({ access }: ToyPortOptions): CoreOptions {
    return { authorize: portAuthorizer(access), limits: this.limits.messages, onMessage: this.onMessage };
  }
}
