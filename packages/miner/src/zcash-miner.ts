import { type EquihashParams, encodeZcashHeader, equihashSizes } from '@adit/pow';
import { type ClientEffect, type ZcashClientJob, ZcashClientSession } from '@adit/stratum';
import type { MineShare } from './crew.ts';
import type { MinerStatus } from './events.ts';
import { type MinerModules, type MinerOptions, StratumMiner } from './stratum-miner.ts';

export interface ZcashMinerOptions extends MinerOptions {
  readonly equihash: EquihashParams;
  readonly nonceLayout?: 'leading' | 'trailing';
}

/** Bytes of the header before the nonce. */
const HEADER_START_BYTES = 108;
/** Jobs whose shares may not have been sent yet; without a clean job, older ones are forgotten. */
const MAX_TIMES = 64;

/** A CPU miner for the Zcash dialect. */
export class ZcashMiner extends StratumMiner<ZcashClientSession, ZcashClientJob> {
  protected override readonly unit: MinerStatus['unit'] = 'Sol/s';
  readonly #equihash: EquihashParams;
  readonly #nonceLayout: 'leading' | 'trailing';
  /** The header time of each job, by its id. */
  readonly #times = new Map<string, number>();
  /** The id of the last session: with it the pool gives the next session the same nonce1. */
  #sessionId: string | null = null;

  constructor(options: ZcashMinerOptions, modules: MinerModules) {
    super(options, modules);
    this.#equihash = options.equihash;
    this.#nonceLayout = options.nonceLayout ?? 'leading';
  }

  protected override openSession(): ZcashClientSession {
    const { url, agent } = this.options;
    const { prefix } = equihashSizes(this.#equihash);
    return new ZcashClientSession({
      ...url,
      agent,
      sessionId: this.#sessionId,
      solutionPrefix: prefix,
      nonceLayout: this.#nonceLayout,
      // The pool may then change nonce1 without a new connection. A pool that cannot do so refuses, which does no harm.
      extranonceSubscribe: true,
    });
  }

  protected override onSessionLost(session: ZcashClientSession): void {
    this.#sessionId = session.sessionId;
  }

  protected override onJob(job: ZcashClientJob, clean: boolean): void {
    this.event({ kind: 'job', id: job.id, clean, target: job.target });
    if (clean) this.#times.clear();
    this.#times.set(job.id, job.time);
    const oldest = this.#times.keys().next().value;
    if (this.#times.size > MAX_TIMES && oldest !== undefined) this.#times.delete(oldest);
    // The threads take the newest job at once, clean or not: it is never worse than the old one.
    this.crew.assign({
      kind: 'zcash',
      jobId: job.id,
      equihash: this.#equihash,
      headerStart: encodeZcashHeader({ ...job, nonce: new Uint8Array(32) }).slice(0, HEADER_START_BYTES),
      nonce1: job.nonce1,
      nonceLayout: this.#nonceLayout,
      target: job.target,
    });
  }

  protected override send(
    session: ZcashClientSession,
    share: MineShare,
    token: number,
  ): ClientEffect<ZcashClientJob>[] {
    const time = this.#times.get(share.jobId);
    if (share.kind !== 'zcash_share' || time === undefined) return [];
    const { jobId, nonce, solution } = share;
    return session.submit({ jobId, time, nonce, solution }, token);
  }

  protected override onExtra(): void {}

  protected override onConnectionLost(): void {
    this.#times.clear();
  }
}
