import { rmSync } from 'node:fs';
import { type FileAccess, makePrivateFile, OWNER_ONLY } from '@adit/journal';
import { AditError, messageOf } from '@adit/primitives';
import Database from 'better-sqlite3';
import { SCHEMA, STATS_VERSION } from './schema.ts';

/** A commit of the reader takes milliseconds; this is for a disk that is slow. */
const WAIT_MS = 5_000;

/**
 * Opens the statistics for writing, and makes them where there are none. What is in the file follows from the journals, so a file of
 * another version, and a damaged one, is removed and made anew.
 * @param file path; `:memory:` for a test
 * @throws AditError `ADIT_STATS` if the file cannot be made
 */
export function openStats(file: string, access: FileAccess = OWNER_ONLY): Database.Database {
  try {
    return openOrMake(file, access);
  } catch (error) {
    if (file === ':memory:' || !isUnusable(error)) throw statsError(file, error);
  }
  try {
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
    return openOrMake(file, access);
  } catch (error) {
    throw statsError(file, error);
  }
}

/** Opens them for reading, beside the process that writes. @throws AditError `ADIT_STATS` */
export function openStatsReadOnly(file: string): Database.Database {
  try {
    return new Database(file, { readonly: true, fileMustExist: true, timeout: WAIT_MS });
  } catch (error) {
    throw statsError(file, error);
  }
}

class AnotherVersion extends Error {}

function openOrMake(file: string, access: FileAccess): Database.Database {
  if (file !== ':memory:') makePrivateFile(file, access);
  const db = new Database(file, { timeout: WAIT_MS });
  try {
    db.pragma('journal_mode = WAL');
    // A power cut may take the last commits with it, marks and buckets together: the next reader takes these rows again.
    db.pragma('synchronous = NORMAL');
    const isMade = db.prepare("SELECT 1 FROM sqlite_master WHERE name = 'meta'").get() !== undefined;
    if (!isMade) {
      db.transaction(() => {
        db.exec(SCHEMA);
        db.prepare("INSERT INTO meta VALUES ('version', ?)").run(String(STATS_VERSION));
      })();
      return db;
    }
    const version = db.prepare("SELECT value FROM meta WHERE name = 'version'").pluck().get();
    if (version !== String(STATS_VERSION)) throw new AnotherVersion(`version ${String(version)}`);
    const state = db.pragma('quick_check(1)', { simple: true });
    if (state !== 'ok') throw new AnotherVersion('damaged');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function isUnusable(error: unknown): boolean {
  if (error instanceof AnotherVersion) return true;
  const code = String((error as { code?: unknown }).code);
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || code === 'SQLITE_ERROR';
}

function statsError(file: string, error: unknown): AditError {
  return new AditError('ADIT_STATS', `the statistics ${file} cannot be used: ${messageOf(error)}`, {
    cause: error,
  });
}
