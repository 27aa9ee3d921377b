import path from 'node:path';
import { journalsWithRecord, readEndRecord, recordedEndOf } from './end-record.ts';
import { isAbsent } from './is-absent.ts';
import { JournalFile } from './journal-file.ts';
import type { JournalEnd } from './journal-schema.ts';

/** A record that a new journal takes over. */
export interface TakenRecord {
  /** The journal beside which the record lies. */
  readonly journal: string;
  readonly end: JournalEnd;
}

/**
 * All records in a folder that a new journal can take over. It leaves the others where they are: a record that cannot be
 * read, that its journal contradicts, or whose journal cannot be read at the moment. Readers still find it there.
 * @throws errors of the file system
 */
export function recordsToTake(folder: string): TakenRecord[] {
  return journalsWithRecord(folder).flatMap((journal) => {
    const record = readEndRecord(journal);
    if (record.kind !== 'end') return [];
    if (!isAbsent(journal)) return besideJournal(journal);
    // The journal was moved away, and may come back.
    const instance = record.instance ?? path.basename(journal, '.db');
    return { journal, end: recordedEndOf(instance, record.lastSequence) };
  });
}

function besideJournal(journal: string): TakenRecord[] {
  try {
    const file = new JournalFile({ file: journal, networks: {}, waitMs: 0 });
    try {
      const { end } = file.beside;
      return end === undefined ? [] : [{ journal, end }];
    } finally {
      file.close();
    }
  } catch {
    return [];
  }
}
