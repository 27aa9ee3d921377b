import { AditError, type AditErrorCode, messageOf } from '@adit/primitives';
import Database from 'better-sqlite3';

/** Primary result codes of SQLite, of which extended ones are refinements (`SQLITE_BUSY_SNAPSHOT`). */
const CODES: readonly (readonly [prefix: string, AditErrorCode, what: string])[] = [
  ['SQLITE_BUSY', 'ADIT_LEDGER_BUSY', 'another process holds the database of the ledger'],
  ['SQLITE_LOCKED', 'ADIT_LEDGER_BUSY', 'another connection holds the database of the ledger'],
  ['SQLITE_FULL', 'ADIT_LEDGER_FULL', 'the disk of the ledger is full'],
  ['SQLITE_CONSTRAINT', 'ADIT_LEDGER_CONSTRAINT', 'the tables of the ledger do not allow a row'],
];

/** Gives an error of SQLite a code of ours. Errors of ours stay what they are. */
export function sqliteError(error: unknown): AditError {
  if (error instanceof AditError) return error;
  const sqlite = error instanceof Database.SqliteError ? error.code : '';
  const [, code, what] = CODES.find(([prefix]) => sqlite.startsWith(prefix)) ?? [
    '',
    'ADIT_LEDGER_DATABASE',
    'the database of the ledger failed',
  ];
  return new AditError(code, `${what}: ${messageOf(error)}`, { cause: error });
}

/** Whether the error leaves open what is on the disk: a commit whose bytes were written, and whose flush failed. */
export function isDiskError(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_IOERR');
}

/** Runs a call of SQLite. @throws AditError */
export function failing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw sqliteError(error);
  }
}
