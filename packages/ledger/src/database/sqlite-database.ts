import { AditError, messageOf } from '@adit/primitives';
import Database from 'better-sqlite3';
import type { LedgerDatabase, Queries, SqlRow, SqlValue } from './ledger-database.ts';
import { migrate } from './migrations.ts';
import { Turns } from './turns.ts';

/** Longest wait for a lock of another process, which holds it for one transaction. */
const LOCK_WAIT_MS = 5_000;
/** Statements that are kept prepared. The ledger has fewer; the bound is for statements that are built. */
const MAX_STATEMENTS = 500;

/**
 * A ledger in one SQLite file: WAL, and synchronous=FULL, so that each transaction waits for the disk. All databases of one
 * process are used by one thread.
 */
export class SqliteDatabase implements LedgerDatabase {
  readonly kind = 'sqlite';
  readonly #db: Database.Database;
  readonly #statements = new Map<string, Database.Statement>();
  readonly #turns = new Turns();

  /** Use {@link SqliteDatabase.open}. */
  constructor(db: Database.Database) {
    this.#db = db;
  }

  /**
   * Opens a ledger, makes it where there is none, and brings it to the version of this program.
   * @param file path; `:memory:` for one that lives as long as the object
   * @throws AditError `ADIT_LEDGER_VERSION`, `ADIT_LEDGER_DATABASE`
   */
  static async open(file: string): Promise<SqliteDatabase> {
    const db = failing(() => new Database(file, { timeout: LOCK_WAIT_MS }));
    const database = new SqliteDatabase(db);
    try {
      failing(() => {
        db.pragma('journal_mode = WAL');
        db.pragma('synchronous = FULL');
        db.pragma('foreign_keys = ON');
      });
      await database.transact(async (queries) => migrate(queries, await versionOf(queries)));
    } catch (error) {
      await database.close();
      throw error;
    }
    return database;
  }

  transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#turns.take(() => this.#inTransaction('BEGIN IMMEDIATE', work));
  }

  read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#turns.take(() => this.#inTransaction('BEGIN', work));
  }

  async close(): Promise<void> {
    await this.#turns.idle();
    this.#db.close();
  }

  async #inTransaction<T>(begin: string, work: (queries: Queries) => Promise<T>): Promise<T> {
    failing(() => this.#db.exec(begin));
    try {
      const result = await work({
        all: async (sql, values = []) =>
          failing(() => this.#statement(sql).all(...values) as readonly SqlRow[]),
        run: async (sql, values = []) => failing(() => this.#run(sql, values)),
      });
      failing(() => this.#db.exec('COMMIT'));
      return result;
    } catch (error) {
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  #run(sql: string, values: readonly SqlValue[]): number {
    return this.#statement(sql).run(...values).changes;
  }

  #statement(sql: string): Database.Statement {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    const statement = this.#db.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** The version of a database; 0 for an empty one. */
async function versionOf(queries: Queries): Promise<number> {
  const tables = await queries.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'meta'");
  if (tables.length === 0) return 0;
  const rows = await queries.all("SELECT value FROM meta WHERE name = 'version'");
  return Number(rows[0]?.['value'] ?? 0);
}

/** Gives errors of the database a code of ours. @throws AditError `ADIT_LEDGER_DATABASE` */
function failing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof AditError) throw error;
    throw new AditError('ADIT_LEDGER_DATABASE', `the ledger's database failed: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
