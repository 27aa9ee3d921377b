import { AditError, messageOf } from '@adit/primitives';
import { Client, types } from 'pg';
import type { Queries, SqlRow, SqlValue } from './ledger-database.ts';
import { OpenTransaction } from './open-transaction.ts';
import { addressOf, type PostgresqlOptions } from './postgresql-address.ts';
import { isAnswer, postgresqlError } from './postgresql-errors.ts';
import { postgresqlOf } from './postgresql-sql.ts';
import { numberFromText } from './sql-values.ts';

const CONNECT_MS = 10_000;
const ANSWER_MS = 60_000;
/** A machine that is gone does not answer a farewell. */
const FAREWELL_MS = 2_000;
/** Longest wait for the end of a session that is in doubt. */
const END_SESSION_MS = 10_000;
/** Statements that are kept prepared by the server. The ledger has fewer; the bound is for statements that are built. */
const MAX_STATEMENTS = 500;

/** What a session is told first. */
const SETTINGS: readonly string[] = [
  // A server may be set to answer before the disk has the transaction.
  "SET synchronous_commit = 'on'",
  // A process that is paused in a transaction holds rows for this long, and is cut off then.
  "SET idle_in_transaction_session_timeout = '30s'",
  "SET lock_timeout = '10s'",
  "SET timezone = 'UTC'",
];

const { BOOL, INT8, NUMERIC } = types.builtins;

/** Values as SQLite has them. */
const READERS: ReadonlyMap<number, (text: string) => SqlValue> = new Map([
  [INT8, numberFromText],
  [NUMERIC, numberFromText],
  [BOOL, (text) => (text === 't' ? 1 : 0)],
]);

/** A session, as the server names it. Numbers of processes come again; with the time there is one. */
export interface Backend {
  readonly pid: number;
  readonly since: string;
}

/** One session at a PostgreSQL server, which runs one transaction at a time. A session that breaks is of no more use. */
export class PostgresqlConnection {
  readonly #client: Client;
  readonly #names = new Map<string, string>();
  #isBroken = false;
  #backend: Backend = { pid: 0, since: '' };

  /** Use {@link PostgresqlConnection.open}. */
  constructor(client: Client) {
    this.#client = client;
    // The server ended the session between two statements.
    client.on('error', () => {
      this.#isBroken = true;
    });
    client.on('end', () => {
      this.#isBroken = true;
    });
  }

  /** @throws AditError `ADIT_BAD_URL`, `ADIT_LEDGER_DATABASE` */
  static async open(options: PostgresqlOptions): Promise<PostgresqlConnection> {
    const client = new Client({
      ...addressOf(options),
      application_name: 'adit-ledger',
      connectionTimeoutMillis: options.connectMs ?? CONNECT_MS,
      query_timeout: options.answerMs ?? ANSWER_MS,
      keepAlive: true,
      types: {
        getTypeParser: ((oid: number, format?: 'text') =>
          READERS.get(oid) ?? types.getTypeParser(oid, format)) as typeof types.getTypeParser,
      },
    });
    const connection = new PostgresqlConnection(client);
    try {
      await client.connect();
      // The time zone is among them, in which a session's time is told.
      for (const setting of SETTINGS) await client.query(setting);
      await connection.#checkServer();
    } catch (error) {
      await connection.close();
      throw postgresqlError(error);
    }
    return connection;
  }

  get isBroken(): boolean {
    return this.#isBroken;
  }

  get backend(): Backend {
    return this.#backend;
  }

  /**
   * Ends another session, and waits until it is gone: then its commit has happened or never will.
   * @throws AditError `ADIT_LEDGER_UNCERTAIN` if it cannot be ended
   */
  async endSession({ pid, since }: Backend): Promise<void> {
    const { rows } = await this.#query(
      `SELECT pg_terminate_backend(pid, ?) AS ended FROM pg_stat_activity WHERE pid = ? AND backend_start::text = ?`,
      [END_SESSION_MS, pid, since],
    );
    if (rows.some((row) => row['ended'] !== 1))
      throw new AditError(
        'ADIT_LEDGER_UNCERTAIN',
        `session ${pid} of the database still has a transaction that may be kept, and cannot be ended`,
      );
  }

  /**
   * Runs the work in the transaction that {@link PostgresqlConnection.command} has begun, and ends it.
   * @throws AditError; `ADIT_LEDGER_UNCERTAIN` if nobody says whether it was kept
   */
  async inBegun<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    const transaction = new OpenTransaction({
      all: async (sql, values) => (await this.#query(sql, values)).rows,
      run: async (sql, values) => (await this.#query(sql, values)).count,
    });
    try {
      const result = await work(transaction);
      transaction.end();
      await this.#commit();
      return result;
    } catch (error) {
      transaction.close();
      await this.#rollBack();
      throw error;
    }
  }

  /** Runs a statement without values, outside of the statements of the ledger. */
  async command(sql: string): Promise<void> {
    try {
      await this.#client.query(sql);
    } catch (error) {
      if (!isAnswer(error)) this.#isBroken = true;
      throw postgresqlError(error);
    }
  }

  async close(): Promise<void> {
    this.#isBroken = true;
    const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp, FAREWELL_MS);
    await Promise.race([this.#client.end().catch(() => undefined), gaveUp]);
    clearTimeout(timer);
  }

  async #commit(): Promise<void> {
    let command: string;
    try {
      ({ command } = await this.#client.query('COMMIT'));
    } catch (error) {
      if (isAnswer(error)) throw postgresqlError(error);
      this.#isBroken = true;
      throw new AditError(
        'ADIT_LEDGER_UNCERTAIN',
        `the connection broke while a transaction was being kept; read what happened: ${messageOf(error)}`,
        { cause: error },
      );
    }
    // The answer to the commit of a transaction that has failed before.
    if (command !== 'COMMIT')
      throw new AditError('ADIT_LEDGER_DATABASE', `the server answered a commit by ${command}`);
  }

  /** An error before has said why; a session that cannot roll back is over, and the server rolls back. */
  async #rollBack(): Promise<void> {
    if (this.#isBroken) return;
    try {
      await this.#client.query('ROLLBACK');
    } catch {
      this.#isBroken = true;
    }
  }

  async #query(
    sql: string,
    values: readonly SqlValue[],
  ): Promise<{ readonly rows: readonly SqlRow[]; readonly count: number }> {
    try {
      const { rows, rowCount } = await this.#client.query<SqlRow>({
        ...this.#prepared(sql),
        values: [...values],
      });
      return { rows, count: rowCount ?? 0 };
    } catch (error) {
      if (!isAnswer(error) && !(error instanceof AditError)) this.#isBroken = true;
      throw postgresqlError(error);
    }
  }

  #prepared(sql: string): { readonly text: string; readonly name?: string } {
    const text = postgresqlOf(sql);
    let name = this.#names.get(text);
    if (name === undefined && this.#names.size < MAX_STATEMENTS) {
      name = `adit_${this.#names.size}`;
      this.#names.set(text, name);
    }
    return name === undefined ? { text } : { text, name };
  }

  /** What the ledger relies on. */
  async #checkServer(): Promise<void> {
    const { rows } = await this.#client.query<Backend & { version: string; encoding: string }>(
      "SELECT current_setting('server_version_num') AS version, current_setting('server_encoding') AS encoding, pid, backend_start::text AS since FROM pg_stat_activity WHERE pid = pg_backend_pid()",
    );
    const { version = '0', encoding = '', pid = 0, since = '' } = rows[0] ?? {};
    this.#backend = { pid, since };
    if (Number(version) >= 150_000 && encoding === 'UTF8') return;
    throw new AditError(
      'ADIT_LEDGER_DATABASE',
      `the ledger needs PostgreSQL 15 or newer and a database in UTF8; this one is ${version} and ${encoding}`,
    );
  }
}
