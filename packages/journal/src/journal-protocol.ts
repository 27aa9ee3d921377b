import type { WorkGroup } from './journal-file.ts';
import type { JournalEnd } from './journal-schema.ts';
import type { ShareRecord, WeightAlarm } from './share-record.ts';

/** Requests of the main thread to the journal's thread. At most one commit is under way. */
export type JournalRequest =
  | { readonly kind: 'commit'; readonly records: readonly ShareRecord[] }
  | { readonly kind: 'digests'; readonly id: number; readonly group: WorkGroup }
  /** Check whether our file is still in its place, and the other journals for faults. */
  | { readonly kind: 'look' }
  /** Nobody waits for this thread any more: close the file as it is, and end. */
  | { readonly kind: 'abandon' }
  | { readonly kind: 'close' };

export type JournalAnswer =
  /**
   * The file has its name, and lists the journals that have ended. It may not be synced yet. `taken` are the ends of
   * other processes' journals in this list: if this file is removed as unused, the next one must say them.
   */
  | { readonly kind: 'named'; readonly taken: readonly JournalEnd[] }
  /** The file is there and synced, and lists the journals that have ended. */
  | { readonly kind: 'open' }
  | {
      readonly kind: 'committed';
      readonly kept: readonly boolean[];
      readonly lastSequence: number;
      readonly alarms: readonly WeightAlarm[];
    }
  | { readonly kind: 'digests'; readonly id: number; readonly digests: readonly Uint8Array[] }
  /** A long read goes on. */
  | { readonly kind: 'reading' }
  /** All faults that the operator should look at. Sent whenever they change. */
  | { readonly kind: 'faults'; readonly faults: readonly string[] }
  /** The ends of the former journals are recorded beside them, since this thread cannot make a file that lists them. */
  | { readonly kind: 'recorded' }
  /** The current commit is refused; this thread ends, and its file is not used any more. @see JournalEnd */
  | { readonly kind: 'broken'; readonly reason: string; readonly isGone: boolean }
  | { readonly kind: 'closed' };
