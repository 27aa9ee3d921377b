import type { EquihashParams } from '@adit/pow';

/** What a mining thread is given, by kind. Another kind is added here; `workKinds` then does not compile without it. */
export interface TaskFacts {
  readonly zcash: {
    readonly equihash: EquihashParams;
    /** The first 108 bytes of the header. */
    readonly headerStart: Uint8Array;
    readonly nonceLayout: 'leading' | 'trailing';
  };
  readonly truechain: {
    readonly headerHash: Uint8Array;
    readonly datasetHash: Uint8Array;
    readonly masks: Uint8Array;
  };
}

/** The kinds of work that the threads of this room do. */
export type MineKind = keyof TaskFacts;

/** A job for the threads. A thread has one at a time; the next one replaces it, at the latest behind its step. */
export type MineTask<Kind extends MineKind = MineKind> = {
  readonly [K in Kind]: TaskFacts[K] & {
    readonly kind: K;
    /** Rises by one with each task; see `Generations`. */
    readonly generation: number;
    readonly jobId: string;
    readonly nonce1: Uint8Array;
    /** Inclusive bound of what counts as a share. */
    readonly target: bigint;
  };
}[Kind];

/** What a thread says to the main thread. */
export type MineReport =
  | {
      readonly kind: 'zcash_share';
      readonly generation: number;
      readonly jobId: string;
      readonly nonce: Uint8Array;
      readonly solution: Uint8Array;
    }
  | {
      readonly kind: 'truechain_share';
      readonly generation: number;
      readonly jobId: string;
      readonly nonce: bigint;
    }
  /** Solutions or hashes since the last report. */
  | { readonly kind: 'done'; readonly count: number };

export interface MineWorkerData {
  /** The memory of `Generations`. */
  readonly generations: SharedArrayBuffer;
  /** The number of the thread, from 0, so that two threads of a miner never search the same nonces. */
  readonly thread: number;
}
