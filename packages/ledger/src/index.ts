/**
 * The books of a mining pool: shares numbered for good, rounds, blocks, double entry, and payouts that cannot pay twice.
 *
 * @module @adit/ledger
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export {
  BlockService,
  type BlockServiceModules,
  type BlockServiceOptions,
  type FoundBlockAlarm,
  type FoundBlockMove,
} from './blocks/block-service.ts';
export type { BlockPlace, BlockWatcher } from './blocks/block-watcher.ts';
export { type BookedBlock, blockOf, type FoundBlock } from './blocks/found-block.ts';
export {
  type BlockFilter,
  type ChainProgress,
  chainProgress,
  type ListedBlock,
  listBlocks,
} from './blocks/list-blocks.ts';
export { pendingIncome } from './blocks/pending-income.ts';
export { type BookedRoundRow, bookedCredit, bookedRounds } from './blocks/round-book.ts';
export { type Verified, type VerifyModules, verifyFromJournals } from './blocks/verify-from-journals.ts';
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
export { CHAIN_TERMS, setTerms, type TermsChange, termsAt, termsReader } from './books/terms.ts';
export { type NamePage, namesWithoutPayee } from './books/unpaid-names.ts';
export { verifyAudit } from './books/verify-audit.ts';
export { type LedgerBreach, type VerifyOptions, verifyLedger } from './books/verify-ledger.ts';
export { inspectPostgresql, type PostgresqlFacts } from './database/inspect-postgresql.ts';
export type {
  LedgerDatabase,
  LedgerDatabaseKind,
  LedgerReader,
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
export { type PostgresqlOptions, shownPostgresql } from './database/postgresql-address.ts';
export { PostgresqlDatabase } from './database/postgresql-database.ts';
export { isDatabaseGone } from './database/postgresql-errors.ts';
export { clearRestored, isRestored, markRestored } from './database/restored.ts';
export { SqliteDatabase, type SqliteOptions } from './database/sqlite-database.ts';
export {
  type DueFigures,
  type MoneyFigures,
  moneyFigures,
  unansweredBlocks,
  type WatchedAccount,
} from './figures/money-figures.ts';
export { type AccountLuck, type ChainLuck, readLuck } from './luck/read-luck.ts';
export { BatchTeller } from './payouts/batch-teller.ts';
export type { BookedPayment } from './payouts/book-payment.ts';
export { HOLD_HELP, type HoldHelp } from './payouts/hold-help.ts';
export { LedgerBooks } from './payouts/ledger-books.ts';
export type { ListContent, PaymentLists } from './payouts/list-watch.ts';
export type { MoveContext, MoveOutcome } from './payouts/move-batch.ts';
export type { PaperList } from './payouts/paper-list.ts';
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
export { type PayoutAccount, PayoutStore } from './payouts/payout-store.ts';
export type { Reconciliation } from './payouts/reconcile.ts';
export type { Replacement } from './payouts/replace-payments.ts';
export type { ShieldState, StoredShielding } from './payouts/shield-store.ts';
export type { StepResult, WaitCause } from './payouts/step-result.ts';
export type { BatchFactsChange, StoredBatch, StoredItem, StoredTransaction } from './payouts/stored-batch.ts';
export type { CreditedInterval } from './pps/credit-shares.ts';
export {
  PpsService,
  type PpsServiceModules,
  type PpsServiceOptions,
  type PpsStep,
} from './pps/pps-service.ts';
export {
  fundReserve,
  type ReserveChange,
  type ReserveSource,
  type ReserveState,
  releaseReserve,
  reserveState,
  setReserveLimits,
} from './pps/reserve.ts';
export type { ReserveClosed, ReserveVerdict } from './pps/reserve-step.ts';
export { type Tariff, tariffsOf } from './pps/tariffs.ts';
export {
  type AccountCredit,
  type AccountMoney,
  accountCredits,
  accountMoney,
  type CreditPage,
} from './public/account-money.ts';
export {
  type BatchPage,
  paidSum,
  type ShownBatch,
  type ShownPayout,
  shownBatch,
  shownBatches,
  shownPayouts,
} from './public/batches.ts';
export { blockStates, type ShownBlockState } from './public/block-states.ts';
export { BooksGuard, type BooksGuardModules } from './seals/books-guard.ts';
export { HeadFile } from './seals/head-file.ts';
export type { PaidAccounts } from './seals/paid-lines.ts';
export type { SealHead } from './seals/seal-store.ts';
export {
  type ArchivableModules,
  type ArchivableOptions,
  type JournalAge,
  type JournalStaysBecause,
  journalAges,
} from './shares/archivable.ts';
export { setFirstTarget } from './shares/chain-shares.ts';
export { SHARE_DIALECTS, type ShareDialect } from './shares/dialects.ts';
export { Ingest, type IngestModules, type IngestOptions, type IngestStep } from './shares/ingest.ts';
export {
  acceptLoss,
  type JournalArchived,
  type JournalLoss,
  type JournalState,
  journalMarks,
  markArchived,
  type StoredMark,
} from './shares/journal-marks.ts';
export type { Mismatch, RebuildModules, RebuiltShares } from './shares/rebuild.ts';
export { type RoundQuestion, readRound } from './shares/round-source.ts';
export { type SchemeChoice, schemeChoices, setSchemeChoice } from './shares/scheme-choices.ts';
export { type SchemeChange, schemePeriods, setScheme, wantedScheme } from './shares/scheme-periods.ts';
export { UNNAMED_ACCOUNT } from './shares/share-accounts.ts';
export type { ShareAlarm } from './shares/share-plan.ts';
export type { ShareRules } from './shares/share-rules.ts';
export { dropShares } from './shares/slice-store.ts';
