import { mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import type { Ban } from './ban.ts';
import type { BanChange } from './ban-exchange.ts';

/** Another process writes for some microseconds. The list asks again within a second, so a wait would gain nothing. */
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

const INSERT = `
  INSERT INTO ban VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (subject) DO UPDATE SET
    reason = excluded.reason, since_ms = excluded.since_ms, until_ms = excluded.until_ms, times = excluded.times
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
      // This comes first, because the next line already writes. A sync for each ban would keep the disk busy while the
      // journal needs it. Without it a power cut may break the file, and the bans are lost: a small harm beside the
      // power cut.
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

  /** Carries many changes out at once. */
  putAll(changes: readonly BanChange[]): void {
    this.#db
      .transaction(() => {
        for (const change of changes) this.#put(change);
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

  #put({ subject, ban, keepsLonger }: BanChange): void {
    if (ban === undefined) {
      this.#db.prepare('DELETE FROM ban WHERE subject = ?').run(subject);
    } else {
      this.#db
        .prepare(`${INSERT}${keepsLonger ? ' WHERE excluded.until_ms > until_ms' : ''}`)
        .run(subject, ban.reason, ban.sinceMs, ban.untilMs, ban.times);
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
