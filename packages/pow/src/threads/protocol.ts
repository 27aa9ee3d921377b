import type { EquihashParams } from '../equihash/params.ts';
import type { EquihashVerdict } from '../equihash/verifier.ts';

// What the pool and its workers say to each other. All is plain data and cloned on the way, but for the bytes of a batch.

/**
 * `size` bytes of its batch's belong to it, after those of the job before. They are not in here, since an array of its
 * own for each job would cost the sender, the pool's main thread, five times all the rest.
 */
export type Job =
  | {
      readonly kind: 'equihash';
      readonly size: number;
      readonly params: EquihashParams;
      /** How many of its bytes are the input; the others are the solution. */
      readonly inputBytes: number;
    }
  | {
      readonly kind: 'truehash';
      /** The header hash. */
      readonly size: number;
      /** Hex of the dataset's hash. */
      readonly dataset: string;
      readonly nonce: bigint;
    }
  | {
      readonly kind: 'build';
      /** The seeds. */
      readonly size: number;
    };

export type Outcome =
  | { readonly kind: 'equihash'; readonly verdict: EquihashVerdict }
  | { readonly kind: 'truehash'; readonly digest: Uint8Array }
  | { readonly kind: 'build'; readonly hash: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

export type ToWorker =
  /** Answered by one FromWorker with as many outcomes, in the same order. The bytes are shared and stay until then. */
  | { readonly kind: 'batch'; readonly jobs: readonly Job[]; readonly bytes: Uint8Array }
  | { readonly kind: 'add'; readonly dataset: string; readonly hash: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'drop'; readonly dataset: string };

export type FromWorker = { readonly outcomes: readonly Outcome[] };
