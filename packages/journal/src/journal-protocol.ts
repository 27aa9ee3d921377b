import type { WorkGroup } from './journal-file.ts';
import type { ShareRecord, WeightAlarm } from './share-record.ts';

/** What the main thread asks of the journal's thread. At most one commit is under way. */
export type JournalRequest =
  | { readonly kind: 'commit'; readonly records: readonly ShareRecord[] }
  | { readonly kind: 'digests'; readonly id: number; readonly group: WorkGroup }
  /** Is our file where it was, and is anything wrong with the others? */
  | { readonly kind: 'look' }
  | { readonly kind: 'close' };

export type JournalAnswer =
  /** The file is there, and says which journals before it are over. */
  | { readonly kind: 'open' }
  | {
      readonly kind: 'committed';
      readonly kept: readonly boolean[];
      readonly lastSequence: number;
      readonly alarms: readonly WeightAlarm[];
    }
  | { readonly kind: 'digests'; readonly id: number; readonly digests: readonly Uint8Array[] }
  /** All that somebody should look at, as often as it changes. */
  | { readonly kind: 'faults'; readonly faults: readonly string[] }
  /** Nothing of the commit under way was kept; this thread ends, and its file with it. @see JournalEnd */
  | { readonly kind: 'broken'; readonly reason: string; readonly isGone: boolean }
  | { readonly kind: 'closed' };
