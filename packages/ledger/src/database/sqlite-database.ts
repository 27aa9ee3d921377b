import { type FileAccess, makePrivateFile, OWNER_ONLY } from '@adit/journal';
import { AditError } from '@adit/primitives';
import Database from 'better-sqlite3';
import { Sealer } from '../seals/sealing-queries.ts';
import type { LedgerDatabase, LedgerReader, Queries } from './ledger-database.ts';
import { migrate, requireVersion } from './migrations.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { failing, sqliteError } from './sqlite-errors.ts';
import { Turns } from './turns.ts';

/** Longest wait for a lock of another process, which holds it for one transaction. */
const LOCK_WAIT_MS = 5_000;

/** How a ledger in a file is opened. */
export interface SqliteOptions {
  /** Who may read the file besides the user of this process; by default nobody. */
  readonly access?: FileAccess;
  /** Longest wait for a transaction of another process, 5,000 ms by default. */
  readonly lockWaitMs?: number;
}

/**
 * A ledger in one SQLite file: WAL, and synchronous=FULL, so that each transaction waits for the disk. Reads have a connection of
 * their own, so that a long one does not hold up transactions.
 */
export class SqliteDatabase implements LedgerDatabase {
  readonly kind = 'sqlite';
  readonly #writer: SqliteConnection;
  readonly #writes = new Turns();
  readonly #reader: SqliteConnection;
  readonly #reads: Turns;
  readonly #sealer = new Sealer();
  #isOpen = true;
  /** A commit that may be in the file. Nothing is read or written after it: what is not there now could be after a crash. */
  #doubt: AditError | undefined;

  /** @param reader undefined where one connection does both: a database in memory, and one that is only read */
  private constructor(writer: SqliteConnection, reader: SqliteConnection | undefined) {
    this.#writer = writer;
    this.#reader = reader ?? writer;
    this.#reads = reader === undefined ? this.#writes : new Turns();
  }

  /**
   * Opens a ledger, makes it where there is none, and brings it to the version of this program.
   * @param file path; `:memory:` for one that lives as long as the object
   * @throws AditError `ADIT_LEDGER_VERSION`, `ADIT_LEDGER_BUSY`, `ADIT_LEDGER_FULL`, `ADIT_LEDGER_DATABASE`
   */
  static async open(
    file: string,
    { access = OWNER_ONLY, lockWaitMs = LOCK_WAIT_MS }: SqliteOptions = {},
  ): Promise<SqliteDatabase> {
    const isInMemory = file === ':memory:';
    // SQLite gives the files beside it the mode of this one.
    if (!isInMemory) failing(() => makePrivateFile(file, access));
    const connections: Database.Database[] = [];
    try {
      const db = failing(() => new Database(file, { timeout: lockWaitMs }));
      connections.push(db);
      failing(() => {
        db.pragma('journal_mode = WAL');
        db.pragma('synchronous = FULL');
        db.pragma('foreign_keys = ON');
      });
      const writer = new SqliteConnection(db);
      await writer.inTransaction('BEGIN IMMEDIATE', async (queries) =>
        migrate(queries, await versionOf(queries)),
      );
      if (isInMemory) return new SqliteDatabase(writer, undefined);
      const readDb = failing(() => new Database(file, { timeout: lockWaitMs }));
      connections.push(readDb);
      return new SqliteDatabase(writer, new SqliteConnection(readDb));
    } catch (error) {
      for (const connection of connections) connection.close();
      throw sqliteError(error);
    }
  }

  /**
   * Opens a ledger for reading, beside the process that writes it. Neither its tables nor its mode are changed.
   * @throws AditError `ADIT_LEDGER_VERSION` unless it has the version of this program; `ADIT_LEDGER_BUSY`, `ADIT_LEDGER_DATABASE`
   */
  static async openReader(file: string): Promise<LedgerReader> {
    const db = failing(
      () => new Database(file, { readonly: true, fileMustExist: true, timeout: LOCK_WAIT_MS }),
    );
    try {
      const reader = new SqliteDatabase(new SqliteConnection(db), undefined);
      await reader.read(async (queries) => requireVersion(await versionOf(queries)));
      return reader;
    } catch (error) {
      db.close();
      throw sqliteError(error);
    }
  }

  transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#writes.take(async () => {
      try {
        return await this.#opened(this.#writer).inTransaction('BEGIN IMMEDIATE', (queries) =>
          this.#sealer.run(queries, work),
        );
      } catch (error) {
        if (error instanceof AditError && error.code === 'ADIT_LEDGER_UNCERTAIN') this.#doubt = error;
        throw error;
      }
    });
  }

  read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#reads.take(async () => this.#opened(this.#reader).inTransaction('BEGIN', work));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all([this.#writes.idle(), this.#reads.idle()]);
    this.#reader.close();
    this.#writer.close();
  }

  #opened(connection: SqliteConnection): SqliteConnection {
    if (this.#doubt !== undefined) throw this.#doubt;
    if (this.#isOpen) return connection;
    throw new AditError('ADIT_LEDGER_DATABASE', 'the database of the ledger was closed');
  }
}

/** The version of a database; 0 for an empty one. */
async function versionOf(queries: Queries): Promise<number> {
  const tables = await queries.all("SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'meta'");
  if (tables.length === 0) return 0;
  const rows = await queries.all("SELECT value FROM meta WHERE name = 'version'");
  return Number(rows[0]?.['value'] ?? 0);
}
