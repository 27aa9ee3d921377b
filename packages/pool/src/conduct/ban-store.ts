import { mkdirSync, renameSync, rmSync } from 'node:fs';
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

/** The main thread works here: it never waits for a lock that somebody else holds. */
const LOCK_WAIT_MS = 0;
const FILE = 'bans.db';
/** SQLite's words for a file that it can make nothing of. */
const BROKEN = /^SQLITE_(?:CORRUPT|NOTADB)/;

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
 * locked, broken, or on a full disk. Nothing here waits, for a lock or for the disk.
 */
export class BanStore {
  readonly #db: Database.Database;
  /** There was no file before, or an empty one. */
  readonly fresh: boolean;
  #version: unknown;

  /** @throws also `SQLITE_CORRUPT` where a power cut left half a file; see `setBrokenFileAside` */
  constructor(dataFolder: string) {
    mkdirSync(dataFolder, { recursive: true });
    this.#db = new Database(path.join(dataFolder, FILE), { timeout: LOCK_WAIT_MS });
    try {
      // First of all, for the next line writes already. A sync would stop the pool for as long as the disk likes. The
      // price: after a power cut the file may be broken. Then the bans are lost, which is no harm beside that.
      this.#db.pragma('synchronous = OFF');
      this.#db.pragma('journal_mode = WAL');
      this.fresh = this.#db.pragma('user_version', { simple: true }) === 0;
      if (this.fresh) this.#db.exec(SCHEMA);
      else if (this.#db.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new BrokenFile();
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

  /** Whether an error means that somebody else holds the file just now. */
  static isBusy(error: unknown): boolean {
    return codeOf(error).startsWith('SQLITE_BUSY');
  }

  /**
   * Moves a file away that an error says is broken, so that a new one can begin; it stays as `bans.db.broken`.
   * @returns whether it was that, and is away
   */
  static setBrokenFileAside(dataFolder: string, error: unknown): boolean {
    if (!BROKEN.test(codeOf(error))) return false;
    const file = path.join(dataFolder, FILE);
    try {
      renameSync(file, `${file}.broken`);
      for (const rest of ['-wal', '-shm']) rmSync(`${file}${rest}`, { force: true });
      return true;
    } catch {
      return false;
    }
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

class BrokenFile extends Error {
  readonly code = 'SQLITE_CORRUPT';

  constructor() {
    super('database disk image is malformed');
  }
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code);
}
