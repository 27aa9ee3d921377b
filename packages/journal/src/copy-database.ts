import { closeSync, fsyncSync, openSync } from 'node:fs';
import Database from 'better-sqlite3';
import { makePrivateFile, OWNER_ONLY } from './private-files.ts';

/** Pages in one step of a copy: a megabyte of SQLite's usual pages. */
const STEP_PAGES = 256;
/** Longest pause between two steps. A disk that is slower than this for a megabyte has other troubles. */
const LONGEST_PAUSE_MS = 100;
/** Longest wait for a process that has locked the file, which only happens while a journal is opened or closed. */
const WAIT_MS = 5_000;

/**
 * Copies a SQLite database as it is at this moment, with all that its log holds, while other processes write to it. The
 * copy is a single file without a log, which only its owner may read.
 *
 * Writers never wait for it: a reader of a database in WAL mode takes no lock that they need. Half of the time is left
 * to the disk, so that commits of a running pool find their turn. The log of the source grows meanwhile, because SQLite
 * cannot reuse the parts that the copy still reads.
 *
 * @param to a file that does not exist yet
 * @throws errors of SQLite and of the file system
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  const source = new Database(from, { readonly: true, fileMustExist: true, timeout: WAIT_MS });
  try {
    makePrivateFile(to, OWNER_ONLY);
    // The transaction holds one state of the file. Without it, each commit of a pool would begin the copy anew.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM sqlite_master').get();
    let resumedAt = performance.now();
    await source.backup(to, {
      progress: () => {
        pause(performance.now() - resumedAt);
        resumedAt = performance.now();
        return STEP_PAGES;
      },
    });
  } finally {
    source.close();
  }
  const copy = new Database(to, { fileMustExist: true });
  try {
    copy.pragma('journal_mode = DELETE');
  } finally {
    copy.close();
  }
  const descriptor = openSync(to, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads a whole database, and says what is wrong with it.
 * @returns undefined for a database without faults, else the first fault in SQLite's words
 */
export function faultOfDatabase(file: string): string | undefined {
  try {
    const db = new Database(file, { readonly: true, fileMustExist: true, timeout: WAIT_MS });
    try {
      const found = db.pragma('quick_check(1)', { simple: true });
      return found === 'ok' ? undefined : String(found);
    } finally {
      db.close();
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The thread has nothing else to do: a copy is a command of its own. */
function pause(ms: number): void {
  const least = Math.min(ms, LONGEST_PAUSE_MS);
  if (least > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, least);
}
