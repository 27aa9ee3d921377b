import type { Dialect } from '@adit/stratum';
import type { Request } from '@adit/wire';
import type { SentJob, ShareVerdict, Work } from './probe/job.ts';
import type { NamedPlace } from './probe/request.ts';

/** What the questions to miners need to know of one way to speak Stratum: the probe plays the pool. */
export interface MinerDialect {
  readonly name: Dialect;
  /** The target that every hash meets. */
  readonly widestTarget: bigint;
  /** The target of the first job, before the miner's rate is known. */
  readonly firstTarget: bigint;
  /** Bytes that a new nonce1 has. */
  readonly nonce1Bytes: number;
  /** What `result` holds beside an error. */
  readonly failedResult: null | false;
  /** Whether miners of the field rest after a share until the pool sends another job id. */
  readonly jobAfterShare: boolean;
  /** The method by which the pool sets a target. */
  readonly targetMethod: string;
  /** The place of the session id among the parameters of `mining.subscribe`. */
  readonly sessionIdPlace: number;
  /** Whether the documents have client.reconnect; where they do not, a miner need not follow it. */
  readonly hasReconnect: boolean;
  /** Whether the documents let a miner send null as its password. */
  readonly nullPassword: boolean;
  /** The shortest nonce1 that leaves no room for the miner's part of the nonce, in bytes. */
  readonly fullNonce1Bytes: number;
  /** Whether the shares of every miner depend on nonce1. */
  readonly needsNonce1: boolean;
  /** Solutions or hashes that a share stands for. */
  weight(target: bigint): bigint;
  /** The target of shares of this weight. */
  targetOf(weight: bigint): bigint;
  subscribeResult(sessionId: string | null, nonce1: Uint8Array): readonly unknown[];
  /** The same with any value in place of nonce1, and without nonce1 where the value is undefined. */
  oddSubscribeResult(nonce1: unknown): readonly unknown[];
  /** The host and port that the miner says it connects to; undefined where it names none. */
  placeNamedIn(subscribe: Request): NamedPlace | undefined;
  targetLine(target: bigint): string;
  notifyLine(job: SentJob, extras?: readonly unknown[]): string;
  newWork(): Work;
  /** New work for a miner that rests after a share. It is as close to the old work as possible. */
  workAfter(job: SentJob): Work;
  /** Answers a request that only this dialect has: `result` as JSON text, or an error; undefined where the method is unknown. */
  answer(
    method: string,
    params: readonly unknown[],
    jobs: ReadonlyMap<string, SentJob>,
  ): { readonly result: string } | { readonly code: number; readonly words: string } | undefined;
  /** Judges the work of a submission. @param params of a submission whose job is known */
  judge(params: readonly unknown[], job: SentJob): { readonly key: string; readonly verdict: ShareVerdict };
}
