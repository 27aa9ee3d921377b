import type { EquihashParams } from '@adit/pow';

/** A job for the threads. `generation` rises with each; a thread drops what is older. */
export type MineTask =
  | {
      readonly kind: 'zcash';
      readonly generation: number;
      readonly jobId: string;
      readonly equihash: EquihashParams;
      /** The first 108 bytes of the header. */
      readonly headerStart: Uint8Array;
      readonly nonce1: Uint8Array;
      readonly nonceLayout: 'leading' | 'trailing';
      readonly target: bigint;
    }
  | {
      readonly kind: 'truechain';
      readonly generation: number;
      readonly jobId: string;
      readonly headerHash: Uint8Array;
      readonly nonce1: Uint8Array;
      readonly target: bigint;
      readonly datasetHash: Uint8Array;
      readonly masks: Uint8Array;
    };

export type MineOrder = MineTask | { readonly kind: 'stop' };

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
  /** One Int32: the newest generation. A thread looks at it every few milliseconds. */
  readonly generation: SharedArrayBuffer;
  /** So that no two threads of a miner search the same nonces. */
  readonly thread: number;
}
