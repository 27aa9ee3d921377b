import type { EquihashParams } from '../equihash/params.ts';
import type { EquihashVerdict } from '../equihash/verifier.ts';

// What the pool and its workers say to each other. Everything is plain data: it is cloned on the way.

export type Job =
  | {
      readonly kind: 'equihash';
      readonly params: EquihashParams;
      readonly input: Uint8Array;
      readonly solution: Uint8Array;
    }
  | {
      readonly kind: 'truehash';
      /** Hex of the dataset's hash. */
      readonly dataset: string;
      readonly headerHash: Uint8Array;
      readonly nonce: bigint;
    }
  | { readonly kind: 'build'; readonly seeds: Uint8Array };

export type Outcome =
  | { readonly kind: 'equihash'; readonly verdict: EquihashVerdict }
  | { readonly kind: 'truehash'; readonly digest: Uint8Array }
  | { readonly kind: 'build'; readonly hash: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'error'; readonly code: string; readonly message: string };

export type ToWorker =
  /** Answered by one FromWorker with as many outcomes, in the same order. */
  | { readonly kind: 'batch'; readonly jobs: readonly Job[] }
  | { readonly kind: 'add'; readonly dataset: string; readonly hash: Uint8Array; readonly masks: Uint8Array }
  | { readonly kind: 'drop'; readonly dataset: string };

export type FromWorker = { readonly outcomes: readonly Outcome[] };
