import type { AditErrorCode } from '@adit/primitives';
import type { EquihashParams } from '../equihash/params.ts';
import type { EquihashVerdict } from '../equihash/verifier.ts';

// The messages between the pool and its workers. All are plain data and cloned on the way, except the bytes of a batch.

/**
 * A job of a batch. The next `size` bytes of the batch belong to it, after those of the job before. They are not a field,
 * since an array for each job would cost the sender, the pool's main thread, five times as much as all the rest.
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
      /** Bytes of the header hash. */
      readonly size: number;
      /** Hex of the dataset's hash. */
      readonly dataset: string;
      readonly nonce: bigint;
    }
  | {
      readonly kind: 'build';
      /** Bytes of the seeds. */
      readonly size: number;
    };

/** The answer to a job: of the same kind, or an error. */
export type Outcome =
  | { readonly kind: 'equihash'; readonly verdict: EquihashVerdict }
  | { readonly kind: 'truehash'; readonly digest: Uint8Array }
  | { readonly kind: 'build'; readonly hash: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'error'; readonly code: AditErrorCode; readonly message: string };

export type ToWorker =
  /** The worker answers with one `FromWorker`. The bytes are shared, and the pool leaves them alone until then. */
  | { readonly kind: 'batch'; readonly jobs: readonly Job[]; readonly bytes: Uint8Array }
  | { readonly kind: 'add'; readonly dataset: string; readonly hash: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'drop'; readonly dataset: string };

/** One outcome for each job of the batch, in the same order. */
export type FromWorker = { readonly outcomes: readonly Outcome[] };
