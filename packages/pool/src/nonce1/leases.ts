import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { Nonce1Cipher } from './cipher.ts';
import { REST_MS } from './rest-time.ts';
import { skipAsOftenAsRestored } from './skip-numbers.ts';
import { blockSize, type Nonce1Space, nonce1Space, spaceName } from './space.ts';

/** A block of numbers that belongs to one process. */
export interface Nonce1Lease {
  readonly space: string;
  readonly start: number;
  readonly size: number;
}

/** The network for which nonce1 values are wanted, and their length. */
export interface Nonce1Wanted {
  readonly network: string;
  /** 1 to 17 bytes */
  readonly length: number;
}

export interface Nonce1Block {
  readonly lease: Nonce1Lease;
  /** The nonce1 values of its numbers that may be used, one after the other. */
  readonly nonce1s: Uint8Array<ArrayBuffer>;
}

/** Longest wait for a lock. After it the caller asks again: a short wait lets the thread answer, and end. */
const LOCK_WAIT_MS = 1_000;
const KEY_BYTES = 32;
/** A nonce1 of this many bytes or less has so few values that none would be left if some were held back. */
const TOO_SMALL_TO_HOLD_BACK = 2;

// An earlier version has the tables `mark` and `lease`, keyed by the name of the chain, and handed the numbers out
// without a cipher. A process of that version may still run on the folder, so this one does not change these tables.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS secret (
    id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL CHECK (length(key) = ${KEY_BYTES})
  ) STRICT;
  CREATE TABLE IF NOT EXISTS counter (space TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS block (
    space TEXT NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL,
    owner TEXT NOT NULL, expires_ms INTEGER NOT NULL, PRIMARY KEY (space, start)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS restored (at_ms INTEGER NOT NULL) STRICT;
`;

/**
 * `leases.db`: the leases of nonce1 values, which all processes on a data folder share, and the key of the cipher that
 * maps numbers to values. Its methods wait for the disk and for other processes, so the main thread must not call them.
 *
 * Numbers come in blocks from a high-water mark, which is on disk before any of them is used. So a restart begins after
 * all numbers that were ever handed out. Only when a space is used up, blocks of processes that have not renewed for
 * two hours are taken.
 */
export class Nonce1Leases {
  readonly #db: Database.Database;
  readonly #owner: string;
  readonly #key: Uint8Array;

  /**
   * @param owner unique for this process instance
   * @throws where the file cannot be opened, is locked, or is not a database
   */
  constructor(dataFolder: string, owner: string) {
    mkdirSync(dataFolder, { recursive: true });
    this.#owner = owner;
    const file = path.join(dataFolder, 'leases.db');
    this.#db = new Database(file, { timeout: LOCK_WAIT_MS });
    try {
      ownOnly(file);
      this.#db.pragma('journal_mode = WAL');
      this.#db.pragma('synchronous = FULL');
      this.#db.transaction(() => this.#db.exec(SCHEMA)).immediate();
      this.#key = this.#theKey();
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /**
   * Leases a block of values.
   * @param nowMs wall clock
   * @returns undefined when the space is used up and no block is free
   */
  take({ network, length }: Nonce1Wanted, nowMs: number): Nonce1Block | undefined {
    const space = nonce1Space(length);
    const name = spaceName(network, space);
    const lease = this.#lease(name, space, nowMs);
    if (lease === undefined) return undefined;
    const cipher = new Nonce1Cipher({ key: this.#key, name, space });
    const heldBack = this.#unpermuted(space, nowMs);
    const values = cipher
      .permute(lease.start, lease.size)
      .filter((value) => !heldBack.some(({ start, size }) => value >= start && value < start + size));
    return { lease, nonce1s: cipher.nonce1s(values, length) };
  }

  /**
   * Renews the leases of this process. To be called every few minutes.
   * @param held the leases that the process believes to hold
   * @returns those of them that other processes took because it did not renew in time: the machine slept
   */
  renew(held: readonly Nonce1Lease[], nowMs: number): Nonce1Lease[] {
    this.#db.prepare('UPDATE block SET expires_ms = ? WHERE owner = ?').run(nowMs + REST_MS, this.#owner);
    const query = this.#db.prepare('SELECT 1 FROM block WHERE space = ? AND start = ? AND owner = ?');
    return held.filter(({ space, start }) => query.get(space, start, this.#owner) === undefined);
  }

  close(): void {
    this.#db.close();
  }

  #lease(name: string, space: Nonce1Space, nowMs: number): Nonce1Lease | undefined {
    const capacity = 2 ** space.bits;
    const transaction = this.#db.transaction((): Nonce1Lease | undefined => {
      const known = this.#db.prepare('SELECT next FROM counter WHERE space = ?').pluck().get(name);
      // A space that is newer than the backup of a restored folder may have been begun after it, on the other machine.
      const next = known === undefined ? skipAsOftenAsRestored(this.#db, name, space) : Number(known);
      if (next < capacity) {
        const size = Math.min(blockSize(space), capacity - next);
        this.#db.prepare('INSERT OR REPLACE INTO counter VALUES (?, ?)').run(name, next + size);
        const insert = this.#db.prepare('INSERT INTO block VALUES (?, ?, ?, ?, ?)');
        insert.run(name, next, size, this.#owner, nowMs + REST_MS);
        return { space: name, start: next, size };
      }
      // Never a block of this process: after the machine slept, its leases have expired but are in use.
      const query =
        'SELECT space, start, size FROM block WHERE space = ? AND expires_ms < ? AND owner <> ? ORDER BY expires_ms LIMIT 1';
      const expired = this.#db.prepare(query).get(name, nowMs, this.#owner) as Nonce1Lease | undefined;
      if (expired === undefined) return undefined;
      const update = 'UPDATE block SET owner = ?, expires_ms = ? WHERE space = ? AND start = ?';
      this.#db.prepare(update).run(this.#owner, nowMs + REST_MS, name, expired.start);
      return expired;
    });
    return transaction.immediate();
  }

  /** The key of the folder, drawn once: the first writer wins. */
  #theKey(): Uint8Array {
    this.#db.prepare('INSERT OR IGNORE INTO secret VALUES (1, ?)').run(randomBytes(KEY_BYTES));
    return this.#db.prepare('SELECT key FROM secret').pluck().get() as Uint8Array;
  }

  /**
   * Values that an earlier version handed out without a cipher, and that may still be mined with: its process may run
   * until an upgrade is over, and work lives on after a restart. With the cipher other numbers give the same values, so
   * the high-water mark does not keep them apart. These values are left out until those leases have ended.
   */
  #unpermuted({ bytes }: Nonce1Space, nowMs: number): Pick<Nonce1Lease, 'start' | 'size'>[] {
    if (bytes <= TOO_SMALL_TO_HOLD_BACK) return [];
    const tables = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'lease'";
    if (this.#db.prepare(tables).get() === undefined) return [];
    const query = this.#db.prepare(
      'SELECT start, size FROM lease WHERE substr(space, -2) = ? AND expires_ms >= ? ORDER BY start',
    );
    const merged: { start: number; size: number }[] = [];
    for (const row of query.iterate(`/${bytes}`, nowMs)) {
      const { start, size } = row as Nonce1Lease;
      const last = merged.at(-1);
      if (last !== undefined && start <= last.start + last.size) {
        last.size = Math.max(last.size, start + size - last.start);
      } else merged.push({ start, size });
    }
    return merged;
  }
}

/**
 * Makes the file private, before the key is in it. SQLite gives the files that it makes beside it the same mode. This
 * works by name, not by descriptor: in POSIX, to close a descriptor ends all locks that this process has on the file.
 */
function ownOnly(file: string): void {
  for (const part of [file, `${file}-wal`, `${file}-shm`]) if (existsSync(part)) chmodSync(part, 0o600);
}
