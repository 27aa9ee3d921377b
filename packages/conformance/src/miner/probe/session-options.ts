import type { MinerDialect } from '../dialect.ts';
import type { MinerProbeLimits } from '../run/options.ts';
import type { SentJob, Work } from './job.ts';
import type { MinerConnection } from './miner-connection.ts';
import type { Vardiff } from './vardiff.ts';

export interface SessionOptions {
  /** The probe makes a random one where it is left out. */
  readonly nonce1?: Uint8Array;
  readonly sessionId?: string | null;
  /** Requests with these methods are not answered before `release`. */
  readonly hold?: readonly string[];
  /** JSON text of the answer to `mining.subscribe`, after its id: `,"result":...`. */
  readonly subscribeAnswer?: string;
  /** Refuses the worker. */
  readonly refuse?: boolean;
  /** The jobs of the session that the miner resumes. */
  readonly jobs?: Iterable<SentJob>;
}

/** An answer to a submission that is not the right one, or none. */
export type OtherAnswer = { readonly line: string } | 'silence';

export interface JobOptions {
  readonly clean?: boolean;
  readonly target?: bigint;
  readonly id?: string;
  readonly work?: Work;
  /** Parameters that follow the usual ones. */
  readonly extras?: readonly unknown[];
}

export interface SessionModules {
  readonly connection: MinerConnection;
  readonly dialect: MinerDialect;
  readonly limits: MinerProbeLimits;
  readonly vardiff: Vardiff;
  /** A number that no job has yet. */
  readonly nextJob: () => number;
}
