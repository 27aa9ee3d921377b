import type { Dialect } from '../wire/dialect.ts';
import type { SentJob, ShareVerdict, Work } from './job.ts';
import type { NamedPlace, Request } from './request.ts';

/** What the questions to miners need to know of one way to speak Stratum: the probe plays the pool. */
export interface MinerDialect {
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
  /** The method of the pool that names a target. */
  readonly targetMethod: string;
  /** The place of the session id among the parameters of `mining.subscribe`. */
  readonly sessionIdPlace: number;
  /** Whether the documents have client.reconnect; where they do not, a miner need not follow it. */
  readonly hasReconnect: boolean;
  /** Whether the documents let a miner send null as its password. */
  readonly nullPassword: boolean;
  /** The shortest nonce1 that leaves no room for the miner's part of the nonce, in bytes. */
  readonly fullNonce1Bytes: number;
  /** Whether every miner must take notice of nonce1. */
  readonly needsNonce1: boolean;
  /** Solutions or hashes that a share stands for. */
  weight(target: bigint): bigint;
  /** The target of shares of this weight. */
  targetOf(weight: bigint): bigint;
  subscribeResult(sessionId: string | null, nonce1: Uint8Array): readonly unknown[];
  /** The same with whatever stands in place of a nonce1; without a nonce1 where that is undefined. */
  oddSubscribeResult(nonce1: unknown): readonly unknown[];
  /** Where the miner says that it connects to; undefined where it does not say so. */
  placeNamedIn(subscribe: Request): NamedPlace | undefined;
  targetLine(target: bigint): string;
  notifyLine(job: SentJob, extras?: readonly unknown[]): string;
  newWork(): Work;
  /** New work for a miner that rests after a share, as close to the work before as it can be. */
  workAfter(work: Work): Work;
  /** `result` for a request of the dialect's own as JSON text, an error, or undefined where the method is unknown. */
  answer(
    method: string,
    params: readonly unknown[],
    jobs: ReadonlyMap<string, SentJob>,
  ): { readonly result: string } | { readonly code: number; readonly words: string } | undefined;
  /** Everything about a submission that concerns the work; `params` are those of a known job. */
  judge(params: readonly unknown[], job: SentJob): { readonly key: string; readonly verdict: ShareVerdict };
}
