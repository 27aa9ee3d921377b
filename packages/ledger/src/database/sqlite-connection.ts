import { AditError, messageOf } from '@adit/primitives';
import type Database from 'better-sqlite3';
import type { Queries, SqlRow, SqlValue } from './ledger-database.ts';
import { OpenTransaction, type Statements } from './open-transaction.ts';
import { checkRows } from './sql-values.ts';
import { failing, isDiskError, sqliteError } from './sqlite-errors.ts';

/** Statements that are kept prepared. The ledger has fewer; the bound is for statements that are built. */
const MAX_STATEMENTS = 500;

/** One connection to a file of SQLite, which runs one transaction at a time. */
export class SqliteConnection {
  readonly #db: Database.Database;
  readonly #prepared = new Map<string, Database.Statement>();

  constructor(db: Database.Database) {
    this.#db = db;
  }

  /** @param begin `BEGIN IMMEDIATE` to write, `BEGIN` to read only */
  async inTransaction<T>(
    begin: 'BEGIN' | 'BEGIN IMMEDIATE',
    work: (queries: Queries) => Promise<T>,
  ): Promise<T> {
    failing(() => this.#db.exec(begin));
    const transaction = new OpenTransaction(this.#statements(begin === 'BEGIN'));
    try {
      const result = await work(transaction);
      transaction.end();
      this.#commit();
      return result;
    } catch (error) {
      transaction.close();
      // Some errors have rolled back already.
      if (this.#db.inTransaction) failing(() => this.#db.exec('ROLLBACK'));
      throw error;
    }
  }

  close(): void {
    this.#db.close();
  }

  /** Where the flush of a commit failed, its bytes may be in the file or not, and only the next opening decides it. */
  #commit(): void {
    try {
      this.#db.exec('COMMIT');
    } catch (error) {
      if (!isDiskError(error)) throw sqliteError(error);
      throw new AditError(
        'ADIT_LEDGER_UNCERTAIN',
        `the disk of the ledger failed while a transaction was being kept; open the ledger again and read what happened: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  #statements(isReading: boolean): Statements {
    return {
      all: async (sql, values) =>
        failing(() => checkRows(this.#statement(sql, isReading).all(...values) as readonly SqlRow[])),
      run: async (sql, values) => failing(() => this.#run(this.#statement(sql, isReading), values)),
    };
  }

  #run(statement: Database.Statement, values: readonly SqlValue[]): number {
    return statement.run(...values).changes;
  }

  #statement(sql: string, isReading: boolean): Database.Statement {
    const statement = this.#prepared.get(sql) ?? this.#prepare(sql);
    if (isReading && !statement.readonly)
      throw new AditError('ADIT_LEDGER_DATABASE', `a read changes something: ${sql}`);
    return statement;
  }

  #prepare(sql: string): Database.Statement {
    if (this.#prepared.size >= MAX_STATEMENTS) this.#prepared.clear();
    const statement = this.#db.prepare(sql);
    this.#prepared.set(sql, statement);
    return statement;
  }
}
