import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { AditError } from '@adit/primitives';
import Database from 'better-sqlite3';
import { JOURNAL_VERSION, type JournalEnd, SCHEMA } from './journal-schema.ts';
import { type FileAccess, makePrivateFile } from './private-files.ts';

export function journalFolder(dataFolder: string): string {
  return path.join(dataFolder, 'journal');
}

export interface NewJournal {
  readonly folder: string;
  readonly instance: string;
  readonly access: FileAccess;
  /** Journals that are over, and where they end. */
  readonly ends: readonly JournalEnd[];
  /** Journals in which nobody was ever told that a share is kept: they are removed when this one says that they are over. */
  readonly unused: readonly string[];
}

/**
 * Makes the file of a new journal, whole: it appears under its name with everything that it says about itself and about
 * the journals that are over, or not at all.
 *
 * What it says of others holds from the moment of its name on, also where the disk then refuses to keep it: a kill
 * between a failed commit and this file must not bring back what that commit was refused.
 *
 * @returns its path
 * @throws AditError `ADIT_JOURNAL_EXISTS`; whatever the disk said
 */
export function makeJournal({ folder, instance, access, ends, unused }: NewJournal): string {
  const file = path.join(folder, `${instance}.db`);
  if (existsSync(file)) throw new AditError('ADIT_JOURNAL_EXISTS', `there is a journal ${file} already`);
  const draft = `${file}.new`;
  try {
    build(draft, instance, access, ends);
  } catch (error) {
    removeJournal(draft);
    throw error;
  }
  const failure = attempt(() => sync(draft));
  renameSync(draft, file);
  for (const other of unused) removeJournal(other);
  if (failure !== undefined) throw failure;
  sync(folder);
  sync(path.dirname(folder));
  return file;
}

/** Removes a journal that nobody needs, with what SQLite keeps beside it. */
export function removeJournal(file: string): void {
  for (const end of ['', '-wal', '-shm', '-journal']) rmSync(`${file}${end}`, { force: true });
}

function build(draft: string, instance: string, access: FileAccess, ends: readonly JournalEnd[]): void {
  makePrivateFile(draft, access);
  const db = new Database(draft);
  try {
    // The whole file is synced at once, by its descriptor: see above.
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
