import type { Dialect } from '@adit/stratum';
import type { Reply } from '@adit/wire';
import type { ShareMaker } from '../shares/share-maker.ts';
import type { PoolConnection } from './probe/pool-connection.ts';
import type { PoolSession } from './probe/pool-session.ts';
import type { PoolProbeOptions } from './run/options.ts';

/** What a miner says of itself in `mining.subscribe`. */
interface Subscriber {
  readonly agent: string;
  /** The pool's host and port as the miner knows them. */
  readonly host: string;
  readonly port: number;
}

/** What a session begins with. */
interface SessionStart {
  readonly connection: PoolConnection;
  /** The worker that is authorised on the connection. */
  readonly worker: string;
  readonly options: PoolProbeOptions;
  readonly maker: ShareMaker;
}

/**
 * Reads an answer to `mining.subscribe`.
 * @returns begins the session of a worker; undefined where the answer cannot be worked with
 */
export type StartSession<S extends PoolSession> = (
  reply: Reply | undefined,
) => ((start: SessionStart) => S) | undefined;

/** What the questions to pools need to know of one way to speak Stratum. */
export interface PoolDialect {
  readonly name: Dialect;
  /** Bytes of a target, and of the number that is compared with it. */
  readonly targetBytes: 16 | 32;
  /** The method by which the pool sets a target. */
  readonly targetMethod: string;
  /** The codes that a refusal for an unknown job may have. */
  readonly jobCodes: readonly number[];
  /** Whether the documents fix a code for each reason. Where they do not, any code will do. */
  readonly fixesCodes: boolean;
  /** What `result` may hold beside an error. */
  readonly failedResults: readonly unknown[];
  /** Whether miners of the field match answers to submissions by their order alone. */
  readonly answersInOrder: boolean;
  /** Requests that a miner may send besides mining.subscribe, mining.authorize and mining.submit. */
  readonly otherMethods: readonly string[];
  /** The parameters of `mining.subscribe` as a miner of today sends them. */
  subscribeParams(subscriber: Subscriber, sessionId: string | null): readonly unknown[];
  /** Whether an answer to `mining.subscribe` is plainly one of this dialect. */
  answersLike(reply: Reply): boolean;
  /** Reads the answer to `mining.subscribe`, and begins the session once the worker is authorised. */
  readonly startSession: StartSession<PoolSession>;
  /** The request with the largest answer; undefined where all answers are small. */
  largestRequest(worker: string, jobId: string): LargestRequest | undefined;
  /**
   * @param connection one on which the worker is logged in
   * @throws AditError `ADIT_OTHER_CHAIN` where the pool says that its jobs are for another chain than the probe's
   */
  requireChain(options: PoolProbeOptions, connection: PoolConnection): Promise<void>;
  /**
   * What to say to the probe where the pool expects the shares of another chain, although its jobs name none.
   * @param session one that `startSession` began
   */
  misfit(options: PoolProbeOptions, session: PoolSession): Promise<string | undefined>;
}

export interface LargestRequest {
  readonly method: string;
  readonly params: readonly unknown[];
}
