import { mkdirSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

/** An address, or an IPv6 /64, that may not connect for a time. All times in milliseconds of the wall clock. */
export interface Ban {
  readonly subject: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** How often it has been banned, this time included, with less than a week between. */
  readonly times: number;
}

/** The main thread waits here: nobody holds this file for longer, and who does must not stall the pool. */
const LOCK_WAIT_MS = 50;

const SCHEMA = `
  BEGIN IMMEDIATE;
  CREATE TABLE IF NOT EXISTS ban (
    subject TEXT PRIMARY KEY,
    reason TEXT NOT NULL,
    since_ms INTEGER NOT NULL,
    until_ms INTEGER NOT NULL,
    times INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS ban_until ON ban (until_ms);
  PRAGMA user_version = 1;
  COMMIT;
`;

const COLUMNS = 'subject, reason, since_ms AS sinceMs, until_ms AS untilMs, times';

/**
 * `bans.db` in the data folder, shared by all processes on it. Everything here may throw: a file can be
 * locked, broken, or on a full disk.
 */
export class BanStore {
  readonly #db: Database.Database;
  /** There was no file before, or an empty one. */
  readonly fresh: boolean;
  #version: unknown;

  constructor(dataFolder: string) {
    mkdirSync(dataFolder, { recursive: true });
    this.#db = new Database(path.join(dataFolder, 'bans.db'), { timeout: LOCK_WAIT_MS });
    try {
      this.#db.pragma('journal_mode = WAL');
      // A power cut may cost the last bans, never the file: no need to wait for the disk each time.
      this.#db.pragma('synchronous = NORMAL');
      this.fresh = this.#db.pragma('user_version', { simple: true }) === 0;
      if (this.fresh) this.#db.exec(SCHEMA);
    } catch (error) {
      this.#db.close();
      throw error;
    }
  }

  /** Whether another process has written since the last `load`. */
  get changed(): boolean {
    return this.#db.pragma('data_version', { simple: true }) !== this.#version;
  }

  /** The rows that end last, at most so many. */
  load(limit: number): Ban[] {
    // Before the rows: what is written in between is read twice rather than never.
    this.#version = this.#db.pragma('data_version', { simple: true });
    const query = `SELECT ${COLUMNS} FROM ban ORDER BY until_ms DESC LIMIT ?`;
    return this.#db.prepare(query).all(limit) as Ban[];
  }

  /** Reads a row and puts what `decide` makes of it in its place; undefined deletes it. One transaction. */
  change<T extends Ban | undefined>(subject: string, decide: (ban: Ban | undefined) => T): T {
    const transaction = this.#db.transaction((): T => {
      const query = `SELECT ${COLUMNS} FROM ban WHERE subject = ?`;
      const before = this.#db.prepare(query).get(subject) as Ban | undefined;
      const after = decide(before);
      if (after !== before) this.#put(subject, after);
      return after;
    });
    return transaction.immediate();
  }

  /** Puts many rows at once; undefined deletes one. */
  putAll(rows: ReadonlyMap<string, Ban | undefined>): void {
    this.#db
      .transaction(() => {
        for (const [subject, ban] of rows) this.#put(subject, ban);
      })
      .immediate();
  }

  /** Deletes what ended at that time or before, and all but so many of those that end last. */
  prune(endedMs: number, keep: number): void {
    this.#db
      .transaction(() => {
        this.#db.prepare('DELETE FROM ban WHERE until_ms <= ?').run(endedMs);
        const surplus = 'SELECT subject FROM ban ORDER BY until_ms DESC LIMIT -1 OFFSET ?';
        this.#db.prepare(`DELETE FROM ban WHERE subject IN (${surplus})`).run(keep);
      })
      .immediate();
  }

  close(): void {
    this.#db.close();
  }

  #put(subject: string, ban: Ban | undefined): void {
    if (ban === undefined) {
      this.#db.prepare('DELETE FROM ban WHERE subject = ?').run(subject);
    } else {
      const insert = this.#db.prepare('INSERT OR REPLACE INTO ban VALUES (?, ?, ?, ?, ?)');
      insert.run(subject, ban.reason, ban.sinceMs, ban.untilMs, ban.times);
    }
  }
}
