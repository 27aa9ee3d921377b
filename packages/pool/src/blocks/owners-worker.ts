import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';

// The thread that looks which owners of found blocks live, once.
const { folder, own } = workerData as { readonly folder: string; readonly own: string };
const END = '.lock';

parentPort?.postMessage(
  readdirSync(folder)
    .filter((name) => name.endsWith(END))
    .map((name) => name.slice(0, -END.length))
    .filter((name) => name !== own && lives(path.join(folder, `${name}${END}`))),
);

/** Whether somebody holds the lock. Where nobody does the file goes. */
function lives(file: string): boolean {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { fileMustExist: true, timeout: 0 });
    db.exec('BEGIN IMMEDIATE');
    rmSync(file, { force: true });
    return false;
  } catch (error) {
    // What cannot be read is no sign of life, and blocks must not be lost by it.
    return (error as { code?: unknown }).code === 'SQLITE_BUSY';
  } finally {
    db?.close();
  }
}
