import { readEndRecord, recordedEndOf } from './end-record.ts';
import type { JournalEnd } from './journal-schema.ts';

/** What the record beside a journal adds to the journal's own rows. */
export interface EndBeside {
  readonly end?: JournalEnd;
  /** One sentence for the operator. */
  readonly fault?: string;
}

/**
 * Reads the record beside a journal. The record counts for the instance that it names, and without a name for the
 * instance of this journal, whatever both files are called.
 *
 * A journal that its process closed in order says itself where it ends. A record that says otherwise is not its own, or
 * was written by a person.
 * @param rows the ended journals that the journal lists
 */
export function endBeside(journal: string, instance: string, rows: readonly JournalEnd[]): EndBeside {
  const record = readEndRecord(journal);
  if (record.kind === 'blank') return {};
  if (record.kind === 'fault') return { fault: record.fault };
  const end = recordedEndOf(record.instance ?? instance, record.lastSequence);
  const own = rows.find((row) => row.instance === instance);
  if (own === undefined || end.instance !== instance) return { end };
  if (own.lastSequence === end.lastSequence) return {};
  const fault = `the record beside ${journal} says that it ends with row ${end.lastSequence}, but its process closed it with row ${own.lastSequence}, which counts: remove the record`;
  return { fault };
}
