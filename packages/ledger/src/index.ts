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
export { SqliteDatabase } from './database/sqlite-database.ts';
export { HOLD_HELP, type HoldHelp } from './payouts/hold-help.ts';
export { LedgerBooks } from './payouts/ledger-books.ts';
export { type PaperList, wholeCoins } from './payouts/paper-list.ts';
export { PaperWallet, type PaperWalletModules, type PaperWalletOptions } from './payouts/paper-wallet.ts';
export { PayoutCommands, type PayoutStatus } from './payouts/payout-commands.ts';
export {
  PAYOUT_MODES,
  type PayoutControl,
  type PayoutMode,
  type WalletHold,
} from './payouts/payout-control.ts';
export {
  type Actor,
  type AuditNote,
  type PayoutBooks,
  type PayoutClock,
  type PayoutModules,
  type PayoutWriter,
  PROGRAM,
} from './payouts/payout-modules.ts';
export type { PayoutCaps, PayoutOptions } from './payouts/payout-options.ts';
export { PayoutService } from './payouts/payout-service.ts';
export type { PayoutAccount } from './payouts/payout-store.ts';
export type { Reconciliation } from './payouts/reconcile.ts';
export type { ShieldState, StoredShielding } from './payouts/shield-store.ts';
export type { StepResult, WaitCause } from './payouts/step-result.ts';
export type { StoredBatch, StoredItem, StoredTransaction } from './payouts/stored-batch.ts';
