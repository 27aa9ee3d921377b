import type Database from 'better-sqlite3';
import { BUCKETS, DAYS, HOURS, TENS } from './schema.ts';

/** Subjects whose old buckets one call removes: some 20 ms where all of them have many. */
const SUBJECTS = 50;

/**
 * Removes buckets that are too old, a few subjects at a time. It goes from one subject to the next by the key of the tables, so that they
 * need no index by time.
 */
export class OldRows {
  readonly #db: Database.Database;
  readonly #next: Database.Statement;
  readonly #deletes: readonly { readonly statement: Database.Statement; readonly keepMs: number }[];
  #after = 0;

  constructor(db: Database.Database) {
    this.#db = db;
    this.#next = db.prepare('SELECT id, last_ms FROM subject WHERE id > ? ORDER BY id LIMIT ?');
    const tables = [...BUCKETS, { table: 'refusal', keepMs: TENS.keepMs }];
    this.#deletes = tables.map(({ table, keepMs }) => ({
      statement: db.prepare(`DELETE FROM ${table} WHERE subject = ? AND start < ?`),
      keepMs,
    }));
  }

  /** Within the caller's transaction. */
  remove(nowMs: number): void {
    const rows = this.#next.all(this.#after, SUBJECTS) as { id: number; last_ms: number }[];
    for (const { id, last_ms: lastMs } of rows) {
      for (const { statement, keepMs } of this.#deletes) statement.run(id, nowMs - keepMs);
      // Nothing is left of a name that was silent for as long as days are kept.
      if (lastMs < nowMs - DAYS.keepMs) this.#db.prepare('DELETE FROM subject WHERE id = ?').run(id);
      this.#after = id;
    }
    if (rows.length === SUBJECTS) return;
    this.#after = 0;
    this.#db.prepare('DELETE FROM alive WHERE start < ?').run(nowMs - HOURS.keepMs);
  }
}
