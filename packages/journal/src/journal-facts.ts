import { JournalFile } from './journal-file.ts';

/** What a journal says of itself. */
export interface JournalFacts {
  readonly instance: string;
  /** The version of its tables. */
  readonly version: number;
  /** Sequence of its newest row; 0 without rows. */
  readonly lastSequence: number;
  /** Id of the newest smaller weight; 0 without one. */
  readonly lastLighterId: number;
  /** When its process began it, in milliseconds since 1970. */
  readonly createdMs: number;
}

/** Longest wait for a process that has locked the file. */
const WAIT_MS = 5_000;

/**
 * Opens a journal and reads what it says of itself.
 * @throws AditError `ADIT_JOURNAL_EMPTY`, `ADIT_JOURNAL_VERSION`, `ADIT_JOURNAL_UNREADABLE`; each names the file
 */
export function journalFacts(file: string): JournalFacts {
  const journal = new JournalFile({ file, networks: {}, waitMs: WAIT_MS });
  try {
    return {
      instance: journal.instance,
      version: journal.version,
      lastSequence: journal.lastSequence(),
      lastLighterId: journal.lastLighterId(),
      createdMs: journal.createdMs,
    };
  } finally {
    journal.close();
  }
}
