import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { type FileAccess, makePrivateFile, OWNER_ONLY } from '@adit/journal';
import { AditError, messageOf } from '@adit/primitives';
import Database from 'better-sqlite3';

export interface BlockOwnerOptions {
  readonly dataFolder: string;
  readonly access?: FileAccess;
}

export interface BlockOwnerModules {
  readonly onProblem: (detail: string) => void;
}

/** Another process that removes old locks may remove the new file before this process has locked it. */
const ATTEMPTS = 3;
/** The other process holds the lock for the time of one look. */
const LOCK_WAIT_MS = 1_000;

/** The folder of the locks. */
export function ownersFolder(dataFolder: string): string {
  return path.join(dataFolder, 'blocks', 'owners');
}

/**
 * This process as the owner of found blocks. It keeps the file `blocks/owners/<name>.lock` locked while it lives. The
 * system releases the lock when the process ends in any way, by a kill or a power cut as well. So other processes can
 * tell which blocks are no longer followed, without a clock and without a process number.
 *
 * Without a lock (on a file system that has none) other processes take this process for dead, and follow its blocks
 * too. That only doubles the work. If they took a dead process for a living one, blocks would be lost.
 */
export class BlockOwner {
  readonly name = randomBytes(8).toString('hex');
  readonly #folder: string;
  readonly #file: string;
  #lock: Database.Database | undefined;

  constructor({ dataFolder, access = OWNER_ONLY }: BlockOwnerOptions, { onProblem }: BlockOwnerModules) {
    this.#folder = ownersFolder(dataFolder);
    this.#file = path.join(this.#folder, `${this.name}.lock`);
    try {
      mkdirSync(this.#folder, { recursive: true, mode: access.folderMode });
      for (let attempt = 0; attempt < ATTEMPTS && this.#lock === undefined; attempt += 1) {
        makePrivateFile(this.#file, access);
        this.#lock = locked(this.#file);
      }
    } catch (error) {
      onProblem(`${this.#file} cannot be locked: ${messageOf(error)}`);
    }
  }

  /**
   * The names of all other living owners. A thread of its own looks, so that a disk that hangs delays nothing else. It
   * removes the locks of owners that have ended.
   * @throws AditError `ADIT_BLOCK_OWNERS` where the look fails
   */
  others(): Promise<ReadonlySet<string>> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new AditError('ADIT_BLOCK_OWNERS', `the owners of found blocks cannot be told: ${why}`));
      const workerData = { folder: this.#folder, own: this.name };
      const worker = new Worker(new URL(import.meta.resolve('#owners-worker')), { workerData });
      worker.once('message', (names: readonly string[]) => resolve(new Set(names)));
      worker.once('error', (error) => fail(messageOf(error)));
      worker.once('exit', (status) => fail(`the thread ended with status ${status}`));
    });
  }

  /** Releases the lock: other processes may take over the blocks that this one followed. */
  close(): void {
    if (this.#lock === undefined) return;
    rmSync(this.#file, { force: true });
    this.#lock.close();
    this.#lock = undefined;
  }
}

/** @returns undefined where the file was cleared away before it was locked */
function locked(file: string): Database.Database | undefined {
  const db = new Database(file, { timeout: LOCK_WAIT_MS });
  try {
    // The transaction is the lock. It stays open, and writes nothing.
    db.exec('BEGIN EXCLUSIVE');
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) return db;
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return undefined;
}
