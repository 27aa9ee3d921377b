import { existsSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { type FileAccess, makePrivateFile } from './private-files.ts';

/** The file in the data folder that the pool keeps locked. It stays when the pool ends, and is empty. */
export const LOCK_FILE = 'pool.lock';
/** Somebody who looks whether the lock is held has it for the time of one look. */
const LOOK_MS = 1_000;

/**
 * The lock of a data folder: one pool has it at a time, and during an upgrade it goes from the old process to the new
 * one. The system releases it when the process ends in any way, by a kill or a power cut as well.
 *
 * On a file system without locks nothing is locked: a pool must be able to run there.
 */
export class FolderLock {
  readonly #db: Database.Database | undefined;

  private constructor(db: Database.Database | undefined) {
    this.#db = db;
  }

  /**
   * @param dataFolder a folder that exists
   * @param waitMs how long this thread may wait for another process
   * @returns undefined where another process has the lock
   */
  static take(dataFolder: string, access: FileAccess, waitMs = LOOK_MS): FolderLock | undefined {
    let db: Database.Database | undefined;
    try {
      const file = path.join(dataFolder, LOCK_FILE);
      makePrivateFile(file, access);
      db = new Database(file, { timeout: waitMs });
      // The transaction is the lock. It stays open, and writes nothing.
      db.exec('BEGIN EXCLUSIVE');
      return new FolderLock(db);
    } catch (error) {
      db?.close();
      return isBusy(error) ? undefined : new FolderLock(undefined);
    }
  }

  /** Whether a process has the lock. It makes no file, and needs only the right to read. */
  static isHeld(dataFolder: string): boolean {
    const file = path.join(dataFolder, LOCK_FILE);
    if (!existsSync(file)) return false;
    let db: Database.Database | undefined;
    try {
      db = new Database(file, { readonly: true, timeout: 0 });
      db.prepare('SELECT count(*) FROM sqlite_master').get();
      return false;
    } catch (error) {
      return isBusy(error);
    } finally {
      db?.close();
    }
  }

  /** Releases the lock. */
  close(): void {
    this.#db?.close();
  }
}

function isBusy(error: unknown): boolean {
  return String((error as { readonly code?: unknown }).code).startsWith('SQLITE_BUSY');
}
