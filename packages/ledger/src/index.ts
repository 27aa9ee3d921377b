/**
 * The books of a mining pool: shares numbered for good, rounds, blocks, double entry, and payouts that cannot pay twice.
 *
 * @module @adit/ledger
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export type { AccountTerms, OwnTerms } from './books/account-terms.ts';
export {
  type Account,
  type AccountChange,
  accountOf,
  openPoolAccount,
  parkAccount,
  unparkAccount,
} from './books/accounts.ts';
export {
  type AuditEvent,
  type AuditPage,
  type AuditRow,
  appendAudit,
  auditRows,
  MOVE,
  type RecordedMove,
  recordMove,
} from './books/audit.ts';
export { type Balance, balanceOf, balancesOf, eachBalance } from './books/balances.ts';
export { canonicalJson, type JsonValue } from './books/canonical-json.ts';
export type { CheckSources, Finding, LedgerCheck } from './books/checks/ledger-check.ts';
export { dueAccounts } from './books/due-accounts.ts';
export { LEDGER_CHECKS, type LedgerInvariant } from './books/ledger-checks.ts';
export { type DatedPayee, type PayeeChange, payeeAt, payeesAt, payeesOf, setPayee } from './books/payees.ts';
export { postEntry } from './books/post-entry.ts';
export { entryOf, type StatementLine, type StatementPage, statementOf } from './books/read-entries.ts';
export {
  CHAIN_TERMS,
  setTerms,
  type TermsChange,
  termsAt,
  termsReader,
} from './books/terms.ts';
export { verifyAudit } from './books/verify-audit.ts';
export { type LedgerBreach, type VerifyOptions, verifyLedger } from './books/verify-ledger.ts';
export type {
  LedgerDatabase,
  LedgerDatabaseKind,
  Queries,
  SqlRow,
  SqlValue,
} from './database/ledger-database.ts';
export {
  type LeaseHolder,
  LedgerWriter,
  type LedgerWriterModules,
  type LedgerWriterOptions,
  leaseHolder,
} from './database/ledger-writer.ts';
export { LEDGER_VERSION } from './database/migrations.ts';
export type { PostgresqlOptions } from './database/postgresql-address.ts';
export { PostgresqlDatabase } from './database/postgresql-database.ts';
export { SqliteDatabase, type SqliteOptions } from './database/sqlite-database.ts';
