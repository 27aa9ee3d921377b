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

/** Whoever clears old locks away may do so in the moment between the making of ours and its lock. */
const ATTEMPTS = 3;
/** He holds it for the time of one look. */
const LOCK_WAIT_MS = 1_000;

/** Where the locks lie. */
export function ownersFolder(dataFolder: string): string {
  return path.join(dataFolder, 'blocks', 'owners');
}

/**
 * This process as the owner of found blocks: a file `blocks/owners/<name>.lock` that it keeps locked for as long as it
 * lives. The system lets go of the lock with the process, however that ends: by a kill, or by a power cut. So others
 * can tell the blocks that nobody follows any more, without a clock and without a process number.
 *
 * Where a lock cannot be had (a file system without them), others take this process for dead, and follow its blocks
 * too. That does no harm but twice the work; the other way round blocks would be lost.
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
   * The names of all other owners that live. A thread looks, which ends with the look: a disk that hangs must not
   * hold anybody else up. It removes the locks of the dead.
   * @throws AditError `ADIT_BLOCK_OWNERS` where it cannot be told
   */
  others(): Promise<ReadonlySet<string>> {
    return new Promise((resolve, reject) => {
      const fail = (why: string) =>
        reject(new AditError('ADIT_BLOCK_OWNERS', `nobody can tell whose blocks are whose: ${why}`));
      const workerData = { folder: this.#folder, own: this.name };
      const worker = new Worker(new URL(import.meta.resolve('#owners-worker')), { workerData });
      worker.once('message', (names: readonly string[]) => resolve(new Set(names)));
      worker.once('error', (error) => fail(messageOf(error)));
      worker.once('exit', (status) => fail(`the thread ended with status ${status}`));
    });
  }

  /** From here on others may take over what this process followed. */
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
    // Held until the end; nothing is ever written.
    db.exec('BEGIN EXCLUSIVE');
    if (statSync(file, { throwIfNoEntry: false }) !== undefined) return db;
  } catch (error) {
    db.close();
    throw error;
  }
  db.close();
  return undefined;
}
