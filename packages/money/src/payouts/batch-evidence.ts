import type { HoldReason } from './batch-state.ts';
import type { HistoryMatch, PaymentExtent } from './history-match.ts';
import type { NonPayment } from './proof.ts';

/** What happened to a batch. Whatever is not one of these changes nothing. */
export type BatchEvidence =
  /** The operator, or the mode `auto` within its caps, approves the plan. */
  | { readonly kind: 'approved' }
  /** The operator gives it up. Possible only while no valid transaction can exist. */
  | { readonly kind: 'discarded' }
  /** The plan is an hour old: balances and fees may be others now. */
  | { readonly kind: 'plan_expired' }
  /** The intent to ask the wallet is on disk. */
  | { readonly kind: 'begun' }
  /** The draft is stored and was compared with the plan. */
  | { readonly kind: 'drafted'; readonly fault: DraftFault | null }
  /** Bytes, id, expiry and inputs of the transaction are on disk. */
  | { readonly kind: 'finished'; readonly txid: string }
  /** Accounts with nonces: each item has its nonce, and the bytes of its transaction are on disk. */
  | { readonly kind: 'signed'; readonly txids: readonly string[] }
  /** Accounts with nonces: the bytes of another transaction with the nonce of an item are on disk. */
  | { readonly kind: 'replaced'; readonly txid: string }
  /** Accounts with nonces: where all payments of the batch stand together, as the nodes agree. */
  | { readonly kind: 'payments'; readonly stand: PaymentsStand }
  /** The state is on disk; the first broadcast comes behind it. */
  | { readonly kind: 'broadcasting' }
  /** The wallet gave an operation id, which is on disk. */
  | { readonly kind: 'called' }
  /**
   * The wallet refused, to this call or about this operation, with an answer of which it is recorded that nothing was made
   * before. Each wallet's driver has its closed list of them.
   */
  | { readonly kind: 'nothing_happened' }
  /** A time-out, an unreadable answer, an unknown operation, any other failure: it may have acted. */
  | { readonly kind: 'doubt' }
  /** The operation ended with a transaction id. That any node has the transaction is not said. */
  | { readonly kind: 'operation_done'; readonly txid: string }
  /** The wallet's history was searched, completely. */
  | { readonly kind: 'searched'; readonly match: HistoryMatch }
  /** The nodes have the transaction on the best chain, and its outputs were compared with the plan. */
  | {
      readonly kind: 'mined';
      readonly txid: string;
      readonly depth: number;
      readonly pays: PaymentExtent;
    }
  /** The nodes agree that the best chain does not have the transaction (any more). */
  | { readonly kind: 'not_mined'; readonly txid: string }
  /** Another transaction spent what this one spends. */
  | { readonly kind: 'conflict' }
  /** Each transaction that may pay it is proved dead; or, if none is known, that there is none. */
  | { readonly kind: 'proved_unpaid'; readonly proofs: readonly NonPayment[] }
  /** Something outside of the batch makes payouts unsafe, or the operator stops them. */
  | { readonly kind: 'hold'; readonly reason: HoldReason }
  /** The operator lets a held batch go on where it was held. */
  | { readonly kind: 'resumed' }
  /** The operator names the transaction that pays a held batch. It counts as any other: outputs and chain have to confirm it. */
  | { readonly kind: 'named_paid'; readonly txid: string }
  /**
   * The operator says what a transaction paid to whom, and the nodes have it so deep. What it does not pay is given back, so each
   * other transaction of the batch has to be proved dead then.
   */
  | {
      readonly kind: 'booked';
      readonly txid: string;
      readonly depth: number;
      readonly givesBack: boolean;
      readonly proofs: readonly NonPayment[];
    }
  /** The process was started anew: what it had in memory is gone. */
  | { readonly kind: 'restarted' };

/**
 * How far the payments of a batch are, one for each item. `open`: the nonce of one of them is not used. `in_blocks`: all nonces are
 * used. `over`: each payment is final, or its item was given back. `released_paid`: an item was given back, and the chain pays it.
 */
export type PaymentsStand = 'open' | 'in_blocks' | 'over' | 'released_paid';

/** Why a draft is not what was planned. */
export type DraftFault = Extract<HoldReason, 'draft_differs' | 'fee_too_high'>;

/** How deep a payment must lie to be settled: 20 on Zcash, 12 on TrueChain. */
export interface BatchRules {
  readonly settleDepth: number;
}

/** The entries that a transition posts, in the same transaction as the new state. `unsettle` is the mirror of `settle`. */
export type BatchEntry = 'reserve' | 'settle' | 'unsettle' | 'release';

/** Why evidence does not move a batch. */
export type Refusal =
  | 'not_in_this_state'
  | 'another_transaction'
  | 'proof_of_another_batch'
  | 'proof_is_not_enough';
