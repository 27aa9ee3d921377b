/**
 * The books of a mining pool: shares numbered for good, rounds, blocks, double entry, and payouts that cannot pay twice.
 *
 * @module @adit/ledger
 */

export type {
  LedgerDatabase,
  LedgerDatabaseKind,
  Queries,
  SqlRow,
  SqlValue,
} from './database/ledger-database.ts';
export { LEDGER_VERSION } from './database/migrations.ts';
export { SqliteDatabase } from './database/sqlite-database.ts';
