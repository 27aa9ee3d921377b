import { type EquihashParams, equihashSizes } from '@adit/pow';
import { concatBytes, decodeHex, encodeHex, MAX_TARGET_256, tryDecodeHex, uint32LE } from '@adit/primitives';
import type { Reply } from '@adit/wire';
import { cannotTell, Judged } from '../../../report/finding.ts';
import type { ShareMaker } from '../../../shares/share-maker.ts';
import type { FoundSolution } from '../../../shares/share-order.ts';
import type { PoolConnection } from '../../probe/pool-connection.ts';
import { PoolSession, type Submission } from '../../probe/pool-session.ts';
import { TIME_OFFSET, type ZcashSeenJob, zcashJobs } from './seen-jobs.ts';

export interface ZcashSessionModules {
  readonly maker: ShareMaker;
  readonly equihash: EquihashParams;
  readonly shareMs: number;
}

/** A solution for a job, in bytes and as a submission. */
export interface ZcashShare {
  readonly job: ZcashSeenJob;
  /** 140 bytes. */
  readonly header: Uint8Array;
  /** 32 bytes. */
  readonly nonce: Uint8Array;
  /** Without its prefix. */
  readonly solution: Uint8Array;
  /** The block hash as a number. */
  readonly value: bigint;
  readonly submission: Submission;
}

/** The hash that is wanted: at or below the job's target, above it, any, or within given bounds. */
export type Wanted = 'share' | 'above' | 'any' | { readonly least: bigint; readonly most: bigint };

/** A session on a Zcash port. */
export class ZcashSession extends PoolSession<ZcashSeenJob> {
  readonly nonce1: Uint8Array;
  readonly sessionId: string | null;
  readonly #modules: ZcashSessionModules;

  constructor(
    connection: PoolConnection,
    worker: string,
    subscription: ZcashSubscription,
    modules: ZcashSessionModules,
  ) {
    super(connection, worker);
    this.nonce1 = subscription.nonce1;
    this.sessionId = subscription.sessionId;
    this.#modules = modules;
  }

  override jobs(): readonly ZcashSeenJob[] {
    return zcashJobs(this.connection.received, this.nonce1);
  }

  /**
   * Solves for a job.
   * @param more `time`: another header time; `nonce1`: that of another connection
   * @throws Judged `cannot_tell` where the time is too short
   */
  async solve(
    wanted: Wanted,
    job?: ZcashSeenJob,
    more: { time?: number; nonce1?: Uint8Array } = {},
  ): Promise<ZcashShare> {
    const work = job ?? (await this.job());
    const { equihash, maker, shareMs } = this.#modules;
    const headerStart = work.headerStart.slice();
    const time = more.time === undefined ? work.time : encodeHex(uint32LE(more.time));
    headerStart.set(decodeHex(time, 4, 'time'), TIME_OFFSET);
    const nonce1 = more.nonce1 ?? work.nonce1;
    const bounds = boundsOf(wanted, work.target);
    const order = { equihash, headerStart, nonce1, ...bounds, withinMs: shareMs };
    const found = await maker.find(order);
    return this.#share(work, { time, nonce1, headerStart, nonce: found.nonce }, found);
  }

  /**
   * Solves two shares with one nonce: one for each job, or two of one job.
   * @throws Judged `cannot_tell` where the time is too short
   */
  async solvePair(former: ZcashSeenJob, later: ZcashSeenJob): Promise<readonly [ZcashShare, ZcashShare]> {
    const { equihash, maker, shareMs } = this.#modules;
    const { nonce1, headerStart } = former;
    // Both must be shares by the harder of the two targets.
    const most = former.target < later.target ? former.target : later.target;
    const bounds = { least: 0n, most, also: later.headerStart };
    const found = await maker.find({ equihash, headerStart, nonce1, ...bounds, withinMs: shareMs });
    const { nonce, other } = found;
    if (other === undefined) throw new Judged(cannotTell('the probe found one share, and wanted two'));
    return [
      this.#share(former, { ...former, nonce }, found),
      this.#share(later, { ...later, nonce1, nonce }, other),
    ];
  }

  /** @param solved what was solved for the job, whose time and nonce1 may be others than the job's */
  #share(
    job: ZcashSeenJob,
    solved: Pick<ZcashSeenJob, 'time' | 'nonce1' | 'headerStart'> & { readonly nonce: Uint8Array },
    { solution, value }: FoundSolution,
  ): ZcashShare {
    const { time, nonce1, headerStart, nonce } = solved;
    const { prefix } = equihashSizes(this.#modules.equihash);
    return {
      job,
      header: concatBytes(headerStart, nonce),
      nonce,
      solution,
      value,
      submission: [
        this.worker,
        job.id,
        time,
        encodeHex(nonce.subarray(nonce1.length)),
        encodeHex(prefix) + encodeHex(solution),
      ],
    };
  }

  override async good(job?: ZcashSeenJob): Promise<Submission> {
    return (await this.solve('share', job)).submission;
  }

  override async goodUnder(nonce1: Uint8Array): Promise<Submission> {
    return (await this.solve('share', undefined, { nonce1 })).submission;
  }

  /** Random bytes of the right length, which cannot be a solution by chance. */
  override async wrong(job?: ZcashSeenJob): Promise<Submission> {
    const work = job ?? (await this.job());
    const { prefix, solutionBytes } = equihashSizes(this.#modules.equihash);
    const nonce2 = crypto.getRandomValues(new Uint8Array(32 - work.nonce1.length));
    const solution = crypto.getRandomValues(new Uint8Array(solutionBytes));
    return [this.worker, work.id, work.time, encodeHex(nonce2), encodeHex(prefix) + encodeHex(solution)];
  }
}

function boundsOf(wanted: Wanted, target: bigint): { least: bigint; most: bigint } {
  if (wanted === 'any') return { least: 0n, most: MAX_TARGET_256 };
  if (wanted === 'share') return { least: 0n, most: target };
  if (wanted !== 'above') return wanted;
  if (target === MAX_TARGET_256) {
    throw new Judged(cannotTell("the pool's target lets every hash pass, so none is above it"));
  }
  return { least: target + 1n, most: MAX_TARGET_256 };
}

export interface ZcashSubscription {
  readonly nonce1: Uint8Array;
  readonly sessionId: string | null;
}

/** Reads an answer to `mining.subscribe`. @returns undefined where it cannot be worked with */
export function readSubscription(reply: Reply | undefined): ZcashSubscription | undefined {
  if (!Array.isArray(reply?.result)) return undefined;
  const [sessionId, text] = reply.result as unknown[];
  const nonce1 = tryDecodeHex(text);
  if (nonce1 === undefined || nonce1.length === 0 || nonce1.length >= 32) return undefined;
  return { nonce1, sessionId: typeof sessionId === 'string' ? sessionId : null };
}
