import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

/** A block of nonce1 values that belongs to one process. */
export interface Nonce1Lease {
  readonly start: number;
  readonly size: number;
}

/** A dead process' values rest so long: no work lives for more than an hour. */
const REST_MS = 2 * 3600 * 1000;

/**
 * Leases of nonce1 values, shared by all processes on a data folder.
 *
 * Values come in blocks from a high-water mark that is on disk before any of them is used, so a restart
 * begins behind everything that was ever given out. Only when a space is used up are the blocks of
 * processes taken that have not renewed for two hours.
 */
export class Nonce1Leases {
  readonly #db: Database.Database;
  readonly #owner: string;
  /** What this process holds, as far as it knows. */
  readonly #held: { readonly space: string; readonly lease: Nonce1Lease }[] = [];

  /** @param owner unique for this process instance */
  constructor(dataFolder: string, owner: string) {
    mkdirSync(dataFolder, { recursive: true });
    this.#owner = owner;
    this.#db = new Database(path.join(dataFolder, 'leases.db'));
    this.#db.pragma('journal_mode = WAL');
    this.#db.pragma('synchronous = FULL');
    this.#db.pragma('busy_timeout = 5000');
    this.#db.exec(`
      CREATE TABLE IF NOT EXISTS mark (space TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
      CREATE TABLE IF NOT EXISTS lease (
        space TEXT NOT NULL, start INTEGER NOT NULL, size INTEGER NOT NULL,
        owner TEXT NOT NULL, expires_ms INTEGER NOT NULL, PRIMARY KEY (space, start)
      ) STRICT;
    `);
  }

  /**
   * Leases a block of values of a space.
   * @param capacity values in the space @param size wanted block; @param nowMs wall clock
   * @returns undefined when the space is used up and nobody's block is free
   */
  take(space: string, capacity: number, size: number, nowMs: number): Nonce1Lease | undefined {
    const transaction = this.#db.transaction((): Nonce1Lease | undefined => {
      const mark = Number(this.#db.prepare('SELECT next FROM mark WHERE space = ?').pluck().get(space) ?? 0);
      if (mark < capacity) {
        const lease = { start: mark, size: Math.min(size, capacity - mark) };
        this.#db.prepare('INSERT OR REPLACE INTO mark VALUES (?, ?)').run(space, mark + lease.size);
        const insert = this.#db.prepare('INSERT INTO lease VALUES (?, ?, ?, ?, ?)');
        insert.run(space, lease.start, lease.size, this.#owner, nowMs + REST_MS);
        return lease;
      }
      // Never an own one: after a sleep they are past their time, and in use.
      const query =
        'SELECT start, size FROM lease WHERE space = ? AND expires_ms < ? AND owner <> ? ORDER BY expires_ms LIMIT 1';
      const expired = this.#db.prepare(query).get(space, nowMs, this.#owner) as Nonce1Lease | undefined;
      if (expired === undefined) return undefined;
      const update = 'UPDATE lease SET owner = ?, expires_ms = ? WHERE space = ? AND start = ?';
      this.#db.prepare(update).run(this.#owner, nowMs + REST_MS, space, expired.start);
      return expired;
    });
    const lease = transaction.immediate();
    if (lease !== undefined) this.#held.push({ space, lease });
    return lease;
  }

  /**
   * Says that this process lives; to be called every few minutes.
   * @returns the leases, by space, that others took because it did not say so in time: the machine slept
   */
  renew(nowMs: number): ReadonlyMap<string, readonly Nonce1Lease[]> {
    this.#db.prepare('UPDATE lease SET expires_ms = ? WHERE owner = ?').run(nowMs + REST_MS, this.#owner);
    const query = this.#db.prepare('SELECT 1 FROM lease WHERE space = ? AND start = ? AND owner = ?');
    const lost = new Map<string, Nonce1Lease[]>();
    for (const held of [...this.#held]) {
      const { space, lease } = held;
      if (query.get(space, lease.start, this.#owner) !== undefined) continue;
      this.#held.splice(this.#held.indexOf(held), 1);
      lost.set(space, [...(lost.get(space) ?? []), lease]);
    }
    return lost;
  }

  close(): void {
    this.#db.close();
  }
}
