import type { Nonce1Block, Nonce1Lease, Nonce1Wanted } from './leases.ts';

/** A request of the main thread to the thread that has `leases.db` open. Times are those of the wall clock. */
export type Nonce1Request =
  | { readonly kind: 'take'; readonly id: number; readonly wanted: Nonce1Wanted; readonly nowMs: number }
  | {
      readonly kind: 'renew';
      readonly id: number;
      readonly held: readonly Nonce1Lease[];
      readonly nowMs: number;
    }
  | { readonly kind: 'close' };

export type Nonce1Answer =
  | { readonly kind: 'taken'; readonly id: number; readonly block: Nonce1Block | undefined }
  | { readonly kind: 'renewed'; readonly id: number; readonly lost: readonly Nonce1Lease[] }
  /** `locked`: another process held the file; it is worth another try soon. */
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string; readonly locked: boolean };
