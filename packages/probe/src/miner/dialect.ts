import type { Dialect } from '../pool/options.ts';
import type { SentJob, ShareVerdict, Work } from './job.ts';

/** What playing a pool needs to know of one way to speak Stratum. */
export interface StageDialect {
  readonly name: Dialect;
  /** Every hash meets it. */
  readonly widestTarget: bigint;
  /** For the first job, before anything is known of the miner's rate. */
  readonly firstTarget: bigint;
  /** Bytes that a new nonce1 has. */
  readonly nonce1Bytes: number;
  /** What `result` holds beside an error. */
  readonly failedResult: null | false;
  /** Miners of the field rest after a share until they are given another job id. */
  readonly jobAfterShare: boolean;
  /** Solutions or hashes that a share stands for. */
  weight(target: bigint): bigint;
  /** The target of shares of this weight. */
  targetOf(weight: bigint): bigint;
  subscribeResult(sessionId: string | null, nonce1: Uint8Array): unknown;
  targetLine(target: bigint): string;
  notifyLine(job: SentJob, extras?: readonly unknown[]): string;
  newWork(): Work;
  /** `result` for a request of the dialect's own as JSON text, an error, or undefined where the method is unknown. */
  answer(
    method: string,
    params: readonly unknown[],
    jobs: ReadonlyMap<string, SentJob>,
  ): { readonly result: string } | { readonly code: number; readonly words: string } | undefined;
  /** Everything about a submission that concerns the work; `params` are those of a known job. */
  judge(params: readonly unknown[], job: SentJob): { readonly key: string; readonly verdict: ShareVerdict };
}
