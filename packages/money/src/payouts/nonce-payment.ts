/**
 * Payments by accounts with nonces (TrueChain): one payment is one transaction is one nonce. Such a transaction never expires, and
 * strangers can change its hash, so it is known by its sender and nonce; only another final transaction with that nonce kills it.
 */
import type { HoldReason } from './batch-state.ts';

/** Where the payment of one item stands. */
export type NonceState = 'signed' | 'sent' | 'confirming' | 'settled' | 'cancelled' | 'failed' | 'held';

/** A payment with the nonce that it has for good. */
export interface NoncePayment {
  readonly state: NonceState;
  readonly from: string;
  readonly nonce: bigint;
  readonly to: string;
  readonly value: bigint;
  /** Why it is held; null for others. */
  readonly reason: HoldReason | null;
}

/** The transaction that used a nonce, as the nodes that agree have it. */
export interface NonceUse {
  readonly from: string;
  readonly nonce: bigint;
  readonly to: string;
  readonly value: bigint;
  /** Whether its receipt says that it did what it should. A contract can refuse money: then only the fee is gone. */
  readonly isSuccess: boolean;
  /** Fast blocks from its own to the tip, both included. */
  readonly depth: number;
  /** Nodes that have the same block at its height. */
  readonly nodes: number;
}

/** When a use counts as final: 12 fast blocks, on two nodes. */
export interface NonceRules {
  readonly finalDepth: number;
  readonly nodes: number;
}

/** What happened to a payment. That nobody finds it is no evidence: it proves nothing, ever. */
export type NonceEvidence =
  /** The state is on disk; the first sending comes behind it. */
  | { readonly kind: 'sending' }
  | { readonly kind: 'used'; readonly use: NonceUse }
  /** Nodes agree that the nonce is not used on the best chain. */
  | { readonly kind: 'not_used' };

/** What a use of a nonce means for a payment. */
export type NonceMeaning = 'paid' | 'failed' | 'cancelled' | 'foreign';

/** The entries that a transition posts. The settlement of a batch is booked once, when all of its payments are over. */
export type NonceEntry = 'item_release';

/** The outcome of evidence about a payment. */
export interface NonceStep {
  readonly payment: NoncePayment;
  readonly entries: readonly NonceEntry[];
  /** The account is set aside: it cannot be paid there. */
  readonly parks: boolean;
}

/**
 * Says what the use of a payment's nonce means. The same payee and value is the payment, whatever its hash and price are. Nothing to
 * ourselves is the cancellation that we made. Anything else was signed by somebody who has our key.
 */
export function meaningOf(payment: NoncePayment, use: NonceUse): NonceMeaning {
  if (use.to === payment.to && use.value === payment.value) return use.isSuccess ? 'paid' : 'failed';
  return use.to === payment.from && use.value === 0n ? 'cancelled' : 'foreign';
}

/** Moves a payment by what happened. */
export function moveNoncePayment(
  payment: NoncePayment,
  evidence: NonceEvidence,
  rules: NonceRules,
): NonceStep {
  return RULES[payment.state](payment, evidence, rules);
}

type Rule = (payment: NoncePayment, evidence: NonceEvidence, rules: NonceRules) => NonceStep;

const stays: Rule = (payment) => step(payment);
/** A nonce that was used without our sending was used by our bytes all the same, or by a stranger with our key. */
const watch: Rule = (payment, evidence, rules) => {
  if (evidence.kind === 'not_used')
    return step(payment, payment.state === 'confirming' ? 'sent' : payment.state);
  if (evidence.kind !== 'used') return step(payment);
  const { use } = evidence;
  // Evidence about another nonce says nothing about this payment.
  if (use.from !== payment.from || use.nonce !== payment.nonce) return step(payment);
  const meaning = meaningOf(payment, use);
  // It stops at once: each payment behind it would be at risk too.
  if (meaning === 'foreign') return step({ ...payment, reason: 'foreign_nonce' }, 'held');
  if (use.nodes < rules.nodes) return step(payment);
  return use.depth < rules.finalDepth ? step(payment, 'confirming') : FINAL[meaning](payment);
};

const FINAL: Readonly<Record<Exclude<NonceMeaning, 'foreign'>, (payment: NoncePayment) => NonceStep>> = {
  paid: (payment) => step(payment, 'settled'),
  failed: (payment) => ({ ...step(payment, 'failed'), entries: ['item_release'], parks: true }),
  cancelled: (payment) => ({ ...step(payment, 'cancelled'), entries: ['item_release'] }),
};

/** The rules of each state. A table without one of them does not compile. */
const RULES: Readonly<Record<NonceState, Rule>> = {
  signed: (payment, evidence, rules) =>
    evidence.kind === 'sending' ? step(payment, 'sent') : watch(payment, evidence, rules),
  sent: watch,
  confirming: watch,
  settled: stays,
  cancelled: stays,
  failed: stays,
  held: stays,
};

/** States in which a payment is over. */
export const IS_NONCE_OVER: Readonly<Record<NonceState, boolean>> = {
  signed: false,
  sent: false,
  confirming: false,
  settled: true,
  cancelled: true,
  failed: true,
  held: false,
};

function step(payment: NoncePayment, state: NonceState = payment.state): NonceStep {
  return { payment: state === payment.state ? payment : { ...payment, state }, entries: [], parks: false };
}
