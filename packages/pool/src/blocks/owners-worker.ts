import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

// The thread that finds out, once, which owners of found blocks live.
const { folder, own } = workerData as { readonly folder: string; readonly own: string };
const END = '.lock';

parentPort?.postMessage(
  readdirSync(folder)
    .filter((name) => name.endsWith(END))
    .map((name) => name.slice(0, -END.length))
    .filter((name) => name !== own && lives(path.join(folder, `${name}${END}`))),
);

/** Whether a process holds the lock. Otherwise the file is removed. */
function lives(file: string): boolean {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { fileMustExist: true, timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
    rmSync(file, { force: true });
    return false;
  } catch (error) {
    // A lock that cannot be read does not show a living owner: its blocks are taken over, so that none is lost.
    return (error as { code?: unknown }).code === 'SQLITE_BUSY';
  } finally {
    db?.close();
  }
}
