import type { Ending } from '@adit/net';
import type { LostCause } from './lost-cause.ts';

/** Events of the miner, for the status line and the log. Texts from the pool hold printable characters only. */
export type MinerEvent =
  | { readonly kind: 'connected'; readonly host: string; readonly port: number }
  | { readonly kind: 'ready'; readonly worker: string }
  /** There is no connection, and the next attempt follows after `pauseMs`. */
  | ({ readonly kind: 'lost'; readonly pauseMs: number } & Ending<LostCause>)
  | { readonly kind: 'job'; readonly id: string; readonly clean: boolean; readonly target: bigint }
  | { readonly kind: 'share_sent'; readonly jobId: string }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'dataset'; readonly hash: string; readonly state: 'asked' | 'ready' | 'wrong' }
  | { readonly kind: 'message'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string };

/** What a miner has achieved. */
export interface MinerStatus {
  /** Solutions per second (Equihash) or hashes per second (TrueHash) since the status before. */
  readonly rate: number;
  readonly unit: 'Sol/s' | 'H/s';
  readonly accepted: number;
  /** How many shares the pool refused, by the kind of its reason: at most 33 kinds, each of at most 40 characters. */
  readonly rejected: ReadonlyMap<string, number>;
}
