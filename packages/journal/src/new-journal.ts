import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import Database from 'better-sqlite3';
import { removeEnd, reserveEnd } from './end-record.ts';
import { JOURNAL_VERSION, type JournalEnd, SCHEMA } from './journal-schema.ts';
import { type FileAccess, makePrivateFile } from './private-files.ts';

export function journalFolder(dataFolder: string): string {
  return path.join(dataFolder, 'journal');
}

export interface NewJournal {
  readonly folder: string;
  readonly instance: string;
  readonly access: FileAccess;
  /** Journals that have ended, and where they end. */
  readonly ends: readonly JournalEnd[];
  /** Journals for which no miner was ever told that a share is kept: removed once the new file says that they ended. */
  readonly unused: readonly string[];
  /**
   * A commit of a former journal of this process hangs. Then a sync may hang too, and what this file says about the
   * former one must be there first. If the power fails before the sync, the file may be broken: readers name it.
   */
  readonly isUrgent: boolean;
}

export interface NewJournalModules {
  /** The file has its name. */
  readonly onNamed: () => void;
}

/**
 * Makes the file of a new journal. The file appears under its name with all its facts about itself and about ended
 * journals, or it does not appear at all.
 *
 * Its facts about other journals hold as soon as it has its name, even if the disk then fails to sync it: if the
 * process is killed between a failed commit and this file, the refused shares of that commit must not come back.
 *
 * @returns the path of the file
 * @throws AditError `ADIT_JOURNAL_EXISTS`; errors of the file system and of SQLite
 */
export function makeJournal(options: NewJournal, { onNamed }: NewJournalModules): string {
  const { folder, instance, access, ends, unused, isUrgent } = options;
  const file = path.join(folder, `${instance}.db`);
  if (existsSync(file)) throw new AditError('ADIT_JOURNAL_EXISTS', `there is a journal ${file} already`);
  const draft = `${file}.new`;
  try {
    // Without this place the file must not be used: see `recordEnd`.
    if (!isUrgent) reserveEnd(file, access);
    build(draft, instance, access, ends);
  } catch (error) {
    removeJournal(draft);
    removeEnd(file);
    throw error;
  }
  const before = isUrgent ? undefined : attempt(() => sync(draft));
  renameSync(draft, file);
  onNamed();
  const failure = before ?? (isUrgent ? attempt(() => sync(file)) : undefined);
  for (const other of unused) removeJournal(other);
  if (failure !== undefined) throw failure;
  if (isUrgent) reserveEnd(file, access);
  sync(folder);
  sync(path.dirname(folder));
  return file;
}

/** Removes a journal without shares, and the files that SQLite keeps beside it. */
export function removeJournal(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
  removeEnd(file);
}

function build(draft: string, instance: string, access: FileAccess, ends: readonly JournalEnd[]): void {
  makePrivateFile(draft, access);
  const db = new Database(draft);
  try {
    // `makeJournal` syncs the whole file once, through its own descriptor.
    db.pragma('synchronous = OFF');
    db.pragma('journal_mode = WAL');
    db.transaction(() => {
      db.exec(SCHEMA);
      db.prepare('INSERT INTO journal VALUES (?, ?, ?)').run(instance, JOURNAL_VERSION, Date.now());
      const insert = db.prepare('INSERT INTO ended VALUES (?, ?, ?)');
      for (const { instance: other, lastSequence, reason } of ends) insert.run(other, lastSequence, reason);
    })();
  } finally {
    db.close();
  }
}

function attempt(work: () => void): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

function sync(file: string): void {
  const fd = openSync(file, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
