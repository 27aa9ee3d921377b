import { AditError } from '@adit/primitives';
import { Sealer } from '../seals/sealing-queries.ts';
import { numberOf } from './cells.ts';
import type { LedgerDatabase, LedgerReader, Queries } from './ledger-database.ts';
import { migrate, requireVersion } from './migrations.ts';
import type { PostgresqlOptions } from './postgresql-address.ts';
import { type Backend, PostgresqlConnection } from './postgresql-connection.ts';
import { isCollision } from './postgresql-errors.ts';
import { noteIdentity } from './restored.ts';
import { Turns } from './turns.ts';

const WRITE = 'BEGIN ISOLATION LEVEL SERIALIZABLE';
const READ = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
/** How often a transaction is run that collides with others. One process writes, so collisions are those of its lease. */
const MOST_RUNS = 8;
/** Key of the advisory lock under which a database is brought to a version: the bytes of "adit". */
const MIGRATION_LOCK = 0x61646974;
/** Longest wait for another process that migrates. */
const MIGRATION_WAIT = "SET lock_timeout = '10min'";

/**
 * A ledger in a PostgreSQL database. A session for transactions and one for reads are opened when they are needed, and again when the
 * server was restarted.
 */
export class PostgresqlDatabase implements LedgerDatabase {
  readonly kind = 'postgresql';
  readonly #options: PostgresqlOptions;
  readonly #writer: Session = { turns: new Turns(), connection: undefined };
  readonly #reader: Session = { turns: new Turns(), connection: undefined };
  /** A session whose commit nobody answered. It may still be at it: what others read before it has ended says nothing. */
  #doubt: Backend | undefined;
  readonly #sealer = new Sealer();
  #isOpen = true;

  private constructor(options: PostgresqlOptions) {
    this.#options = options;
  }

  /**
   * Opens a ledger, makes its tables where there are none, and brings it to the version of this program.
   * @throws AditError `ADIT_BAD_URL`, `ADIT_LEDGER_VERSION`, `ADIT_LEDGER_DATABASE`
   */
  static async open(options: PostgresqlOptions): Promise<PostgresqlDatabase> {
    const connection = await PostgresqlConnection.open(options);
    try {
      await connection.command(MIGRATION_WAIT);
      // Before the transaction: its snapshot would be older than what a process did that held the lock.
      await connection.command(`SELECT pg_advisory_lock(${MIGRATION_LOCK})`);
      await connection.command(WRITE);
      await connection.inBegun(async (queries) => {
        await migrate(queries, await versionOf(queries));
        const { identity, nowMs } = await identityOf(queries);
        await noteIdentity(queries, identity, nowMs);
      });
    } finally {
      // The end of the session frees the lock.
      await connection.close();
    }
    return new PostgresqlDatabase(options);
  }

  /**
   * Opens a ledger for reading, beside the process that writes it. Nothing in it is changed.
   * @throws AditError `ADIT_BAD_URL`, `ADIT_LEDGER_DATABASE`; `ADIT_LEDGER_VERSION` unless it has the version of this program
   */
  static async openReader(options: PostgresqlOptions): Promise<LedgerReader> {
    const reader = new PostgresqlDatabase(options);
    try {
      await reader.read(async (queries) => requireVersion(await versionOf(queries)));
      return reader;
    } catch (error) {
      await reader.close();
      throw error;
    }
  }

  transact<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#writer.turns.take(async () => {
      for (let run = 1; ; run += 1) {
        try {
          return await this.#inTransaction(this.#writer, WRITE, (queries) => this.#sealer.run(queries, work));
        } catch (error) {
          if (!isCollision(error) || run >= MOST_RUNS) throw error;
        }
      }
    });
  }

  read<T>(work: (queries: Queries) => Promise<T>): Promise<T> {
    return this.#reader.turns.take(() => this.#inTransaction(this.#reader, READ, work));
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    for (const { turns } of [this.#writer, this.#reader]) await turns.idle();
    for (const { connection } of [this.#writer, this.#reader]) await connection?.close();
  }

  async #inTransaction<T>(
    session: Session,
    begin: string,
    work: (queries: Queries) => Promise<T>,
  ): Promise<T> {
    if (!this.#isOpen) throw new AditError('ADIT_LEDGER_DATABASE', 'the database of the ledger was closed');
    const connection = await this.#begun(session, begin);
    try {
      return await connection.inBegun(work);
    } catch (error) {
      if (error instanceof AditError && error.code === 'ADIT_LEDGER_UNCERTAIN')
        this.#doubt = connection.backend;
      throw error;
    }
  }

  /** A connection with a new transaction. One that broke since its last use is replaced: nothing was asked of it yet. */
  async #begun(session: Session, begin: string): Promise<PostgresqlConnection> {
    if (this.#doubt !== undefined) await this.#endDoubt(this.#doubt);
    const { connection } = session;
    if (connection !== undefined && !connection.isBroken) {
      const hasBegun = await connection.command(begin).then(
        () => true,
        () => false,
      );
      if (hasBegun) return connection;
    }
    session.connection = undefined;
    await connection?.close();
    const fresh = await PostgresqlConnection.open(this.#options);
    session.connection = fresh;
    await fresh.command(begin);
    return fresh;
  }

  async #endDoubt(backend: Backend): Promise<void> {
    const connection = await PostgresqlConnection.open(this.#options);
    try {
      await connection.endSession(backend);
    } finally {
      await connection.close();
    }
    if (this.#doubt === backend) this.#doubt = undefined;
  }
}

interface Session {
  readonly turns: Turns;
  connection: PostgresqlConnection | undefined;
}

/** The version of a database; 0 for one without a ledger. */
export async function versionOf(queries: Queries): Promise<number> {
  const [meta] = await queries.all("SELECT to_regclass('meta')::text AS name");
  if (meta?.['name'] === null) return 0;
  const rows = await queries.all("SELECT value FROM meta WHERE name = 'version'");
  return Number(rows[0]?.['value'] ?? 0);
}

/**
 * What a copy of the database has otherwise: `pg_restore` makes its tables anew, another server has another number, and a server that
 * was set back to an earlier time, or a standby that took over, has another timeline. Their books may lack the newest payouts.
 */
async function identityOf(queries: Queries): Promise<{ readonly identity: string; readonly nowMs: number }> {
  const [row] = await queries.all(
    `SELECT (SELECT system_identifier FROM pg_control_system())::text AS server, substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) AS timeline,
       'meta'::regclass::oid::text AS tables, (extract(epoch FROM now()) * 1000)::bigint AS now_ms`,
  );
  return {
    identity: [row?.['server'], row?.['timeline'], row?.['tables']].join(':'),
    nowMs: row === undefined ? 0 : numberOf(row, 'now_ms'),
  };
}
