import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';

/** A ban of an IPv4 address or an IPv6 /64. All times are in milliseconds of the wall clock. */
export interface Ban {
  readonly subject: string;
  readonly reason: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  /** Number of bans of the subject with less than a week between them, this one included. */
  readonly times: number;
}

/** The main thread uses the store, so it never waits for a lock of another process. */
const LOCK_WAIT_MS = 0;
const FILE = 'bans.db';
/** SQLite's codes for a file that it cannot read. */
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
 * `bans.db` in the data folder, which all processes on the folder share. All methods may throw, since a file can be
 * locked, broken, or on a full disk. None waits for a lock, or for a sync of the disk.
 */
export class BanStore {
  readonly #db: Database.Database;
  /** Whether there was no file before, or an empty one. */
  readonly fresh: boolean;
  #version: unknown;

  /** @throws also `SQLITE_CORRUPT` where a power cut left half a file; see `setBrokenFileAside` */
  constructor(dataFolder: string) {
    mkdirSync(dataFolder, { recursive: true });
    this.#db = new Database(path.join(dataFolder, FILE), { timeout: LOCK_WAIT_MS });
    try {
      // This comes first, because the next line already writes. A sync would stop the pool for as long as the disk
      // takes. Without it a power cut may break the file, and the bans are lost: a small harm beside the power cut.
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

  /** The bans that end last, at most `limit` of them. */
  load(limit: number): Ban[] {
    // The version is read before the rows, so that a change in between is read twice, not never.
    this.#version = this.#db.pragma('data_version', { simple: true });
    const query = `SELECT ${COLUMNS} FROM ban ORDER BY until_ms DESC LIMIT ?`;
    return this.#db.prepare(query).all(limit) as Ban[];
  }

  /** Replaces a row by the result of `decide`, in one transaction; undefined deletes the row. */
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

  /** Deletes bans that ended at `endedMs` or before. Of the others it keeps the `keep` that end last. */
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

  /** Whether an error means that another process holds the file at this moment. */
  static isBusy(error: unknown): boolean {
    return codeOf(error).startsWith('SQLITE_BUSY');
  }

  /**
   * Renames the file to `bans.db.broken` if the error says that it is broken, so that a new one can be made.
   * @returns whether the file was broken and has been renamed
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
