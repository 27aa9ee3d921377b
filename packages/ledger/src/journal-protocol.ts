import type { ShareRecord } from './share-record.ts';

/** What the main thread asks of the journal's thread. At most one commit is under way. */
export type JournalRequest =
  | { readonly kind: 'commit'; readonly records: readonly ShareRecord[] }
  | { readonly kind: 'digests'; readonly id: number; readonly chain: string; readonly workGroup: string }
  | { readonly kind: 'close' };

export type JournalAnswer =
  | { readonly kind: 'open' }
  | { readonly kind: 'committed'; readonly kept: readonly boolean[] }
  | { readonly kind: 'digests'; readonly id: number; readonly digests: readonly Uint8Array[] }
  /** A commit failed where `id` is undefined: nothing of it was kept. */
  | { readonly kind: 'failed'; readonly id: number | undefined; readonly reason: string }
  | { readonly kind: 'closed' };
