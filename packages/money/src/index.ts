/**
 * The rules of a mining pool's money, without clock, chance or I/O: who earns what, how it is booked, when it may be paid, and what proves
 * that it was not.
 *
 * @module @adit/money
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export {
  type BlockEvidence,
  type BlockRules,
  type ChainEvidence,
  checkBlockRules,
} from './blocks/block-evidence.ts';
export { BLOCK_MOVES, type BlockPosition, type BlockState, IS_VISITED } from './blocks/block-state.ts';
export { type BlockAlarm, type BlockEntry, type BlockStep, judgeBlock } from './blocks/block-transitions.ts';
export {
  type BlockName,
  creditEntry,
  matureEntry,
  orphanEntry,
  orphanLateEntry,
} from './books/block-entries.ts';
export { Books } from './books/books.ts';
export {
  type ChartAccount,
  type FixedAccount,
  nameIn,
  type OpenAccount,
  type OpenKind,
  openAccount,
} from './books/chart.ts';
export {
  type Entry,
  type EntryKind,
  makeEntry,
  mirrorEntry,
  type Posting,
  sameEntry,
  sourceKey,
  type Transfer,
} from './books/entry.ts';
export { findBreaches, INVARIANTS, type InvariantName } from './books/invariants.ts';
export type {
  BatchFacts,
  BatchItem,
  BookedRound,
  Breach,
  Check,
  MoneyState,
  StateMove,
  WalletTotal,
} from './books/money-state.ts';
export {
  depositEntry,
  fundReserveEntry,
  type OperatorMove,
  openingEntry,
  type PpsInterval,
  type PpsPayment,
  ppsEntry,
  ppsKey,
  reconcileEntry,
  releaseReserveEntry,
  type Shielding,
  shieldMinedEntry,
  shieldReadyEntry,
  shieldUndoneEntry,
  suspenseEntry,
  withdrawalEntry,
} from './books/other-entries.ts';
export {
  type BatchName,
  type BookedPayments,
  bookedEntry,
  itemReleaseEntry,
  type PaidBatch,
  type ReservedItem,
  releaseEntry,
  reserveEntry,
  settleEntry,
  unsettleEntry,
} from './books/payout-entries.ts';
export { checkAccountId, compareIds } from './exact/account-id.ts';
export { PPM } from './exact/amount.ts';
export { BLOCK_SCORE, scoreOf } from './exact/score.ts';
export { splitExactly } from './exact/split.ts';
export { wholeCoins } from './exact/whole-coins.ts';
export { expectedBlocks, type LuckCounts, luckOf } from './luck/luck.ts';
export { chanceOfAtLeast, chanceOfAtMost } from './luck/poisson.ts';
export {
  blocksToAlarm,
  boundsOf,
  DEFAULT_ALPHA,
  type FractionTest,
  type FractionVerdict,
  judgeFraction,
  logAlarmAt,
  logEvidence,
  logMixedEvidence,
  logRatio,
  nextSum,
  TESTS_PER_YEAR,
  WARN_AT,
} from './luck/withholding.ts';
export type {
  BatchEntry,
  BatchEvidence,
  BatchRules,
  DraftFault,
  PaymentsStand,
  Refusal,
} from './payouts/batch-evidence.ts';
export {
  BATCH_MOVES,
  type BatchMachine,
  type BatchPosition,
  type BatchState,
  type HoldReason,
  IS_OPEN,
  MAY_EXIST,
  plannedBatch,
  RECOVERY,
  type Recovery,
  stateBehindHold,
} from './payouts/batch-state.ts';
export { type BatchStep, evidenceFor, moveBatch } from './payouts/batch-transitions.ts';
export { checkDraft, type DraftPlan, type ShownDraft } from './payouts/draft-check.ts';
export {
  type ExpectedPayment,
  extentOf,
  type HistoryMatch,
  type ListedSend,
  type MatchOutput,
  matchHistory,
  type PaymentExtent,
  paySame,
} from './payouts/history-match.ts';
export {
  IS_NONCE_OVER,
  meaningOf,
  moveNoncePayment,
  type NonceEntry,
  type NonceEvidence,
  type NonceMeaning,
  type NoncePayment,
  type NonceRules,
  type NonceState,
  type NonceStep,
  type NonceUse,
} from './payouts/nonce-payment.ts';
export {
  agreedHash,
  LONE_NODE_MARGIN,
  marginOf,
  type NodeHash,
  type NonPayment,
  PROOF_MARGIN,
  type ProofCondition,
  type ProofOutcome,
  type ProofSubject,
} from './payouts/proof.ts';
export {
  type ExpiryClaim,
  type ExpiryEvidence,
  LOOK_BACK,
  lastHeightOf,
  type ProofOptions,
  proofHeight,
  proveByExpiry,
  type ScannedBlock,
} from './payouts/proof-by-expiry.ts';
export { proveByNoMatch, type UnknownClaim, type UnknownEvidence } from './payouts/proof-by-no-match.ts';
export { nonceMark, proveByNonce } from './payouts/proof-by-nonce.ts';
export { type TransactionLife, transactionLife } from './payouts/transaction-life.ts';
export type { PlannedBatch, PlannedItem, PlannedOutput } from './planner/batch-draft.ts';
export {
  type BlockPlan,
  type BlockPlanOptions,
  type BlockPlanPayee,
  paidBy,
  planBlock,
} from './planner/block-plan.ts';
export type { DueAccount, ParkReason, Payee, PayeeKind, WaitReason } from './planner/payee.ts';
export type { PlanOptions } from './planner/plan-options.ts';
export { type PayoutPlan, planPayouts, type Waiting } from './planner/planner.ts';
export {
  logicalActions,
  type PayeeCost,
  type TransactionShape,
  type WalletLimits,
} from './planner/wallet-limits.ts';
export { type Damping, type DampingShape, dampedCoefficient, dampingCurve } from './schemes/damping.ts';
export { type BlockIncome, feeRatioPpm, minersFeesFromNu7 } from './schemes/fee-ratio.ts';
export { type Dated, inForceAt, PAYEE_WAIT_MS } from './schemes/in-force.ts';
export {
  COEFFICIENT_ONE,
  PPS_UNIT,
  type PpsCredit,
  type PpsPrice,
  ppsCredit,
} from './schemes/pps-credit.ts';
export { type ReserveLimits, type ReserveRisk, reserveBlocks, reserveIsOpen } from './schemes/reserve.ts';
export {
  RESERVE_HOLDER,
  type Round,
  type RoundItem,
  type RoundShare,
  type RoundSource,
  type ShareClaim,
  type ShareSlice,
} from './schemes/round.ts';
export {
  creditOf,
  donationOf,
  type RoundCredit,
  type RoundPart,
  type Terms,
} from './schemes/round-credit.ts';
export type { HolderOf, PriceFacts, Scheme } from './schemes/scheme.ts';
export {
  type ChangeBlock,
  changeScheme,
  firstScheme,
  type SchemeInForce,
  type SchemePeriod,
  schemeAt,
} from './schemes/scheme-history.ts';
export {
  DEFAULT_SCHEME,
  type SchemeKind,
  type SchemeOptions,
  type WindowOptions,
  windowOf,
} from './schemes/scheme-options.ts';
export {
  isPaidAtOnce,
  priceOf,
  roundOf,
  SCHEME_KINDS,
  SCHEMES,
  type SchemeTable,
} from './schemes/schemes.ts';
export type { Shielder, ShieldingSeen } from './wallet/shielder.ts';
export type {
  AnyWallet,
  Broadcaster,
  BuildingWallet,
  BuiltTransaction,
  CallAnswer,
  NonceOrder,
  NonceQuestion,
  NonceSight,
  NonceWallet,
  NonceWitness,
  OperationAnswer,
  SendingWallet,
  SignedOrder,
  TransactionPlace,
  Wallet,
  WalletDraft,
  WalletFunds,
  WalletHistory,
  WalletOutput,
  WalletPayment,
  Witness,
} from './wallet/wallet.ts';
