import type { AditError } from '@adit/primitives';
import type { ShareRecord } from './share-record.ts';

/** A share whose sender waits for its outcome. */
export interface WaitingShare {
  readonly record: ShareRecord;
  readonly settle: (outcome: 'kept' | 'duplicate' | AditError) => void;
}
