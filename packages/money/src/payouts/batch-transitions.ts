import type { BatchEntry, BatchEvidence, BatchRules, PaymentsStand, Refusal } from './batch-evidence.ts';
import {
  type BatchMachine,
  type BatchPosition,
  type BatchState,
  type HoldReason,
  stateBehindHold,
} from './batch-state.ts';
import type { HistoryMatch } from './history-match.ts';
import { NonPayment } from './proof.ts';

/** The outcome of evidence about a batch. */
export type BatchStep =
  /** State, entries and audit row are stored in one transaction. */
  | { readonly kind: 'moves'; readonly batch: BatchPosition; readonly entries: readonly BatchEntry[] }
  /** It belongs to the state, and says nothing new. */
  | { readonly kind: 'stays' }
  /** It does not belong to the state. Nothing changes; about an operator's command, the operator hears why. */
  | { readonly kind: 'refused'; readonly why: Refusal };

type Kind = BatchEvidence['kind'];
type Rule<K extends Kind> = (
  batch: BatchPosition,
  evidence: Extract<BatchEvidence, { kind: K }>,
  rules: BatchRules,
) => BatchStep;
type Row = { readonly [K in Kind]?: Rule<K> };

const STAYS: BatchStep = { kind: 'stays' };
const restarted: Rule<'restarted'> = () => STAYS;
const hold: Rule<'hold'> = (batch, { reason }) => held(batch, reason);
const conflict: Rule<'conflict'> = (batch) => held(batch, 'conflict_mined');
const proved: Rule<'proved_unpaid'> = (batch, { proofs }) => release(batch, proofs);
const nothing: Rule<'nothing_happened'> = (batch) => to(batch, 'released', ['release']);
const doubt: Rule<'doubt'> = (batch) => to(batch, 'uncertain');
const done: Rule<'operation_done'> = (batch, { txid }) => adopt(batch, txid, 'sent');
const searched: Rule<'searched'> = (batch, { match }) => matched(batch, match);
const mined: Rule<'mined'> = (batch, { txid, depth, pays }, { settleDepth }) => {
  if (!batch.txids.includes(txid)) return refused('another_transaction');
  // Whoever named it, wallet or operator: money that went elsewhere is not the payees'.
  if (pays !== 'whole') return held(batch, pays === 'part' ? 'match_partial' : 'payment_unknown');
  if (batch.minedTxid === null) return to({ ...batch, minedTxid: txid }, 'confirming');
  if (batch.minedTxid !== txid) return held(batch, 'paid_twice');
  return batch.state === 'confirming' && depth >= settleDepth ? to(batch, 'settled', ['settle']) : STAYS;
};
/** What became of a settled batch does not depend on what its second transaction pays. */
const minedAgain: Rule<'mined'> = (batch, { txid }) => {
  if (!batch.txids.includes(txid)) return refused('another_transaction');
  return batch.minedTxid === txid ? STAYS : held(batch, 'paid_twice');
};
/** That one of several transactions is in no block says nothing, as long as it is not the one that was. */
const gone =
  (leave: (batch: BatchPosition) => BatchStep): Rule<'not_mined'> =>
  (batch, { txid }) => {
    if (!batch.txids.includes(txid)) return refused('another_transaction');
    return batch.minedTxid === txid ? leave({ ...batch, minedTxid: null }) : STAYS;
  };
const replaced: Rule<'replaced'> = (batch, { txid }) => adopt(batch, txid, batch.state);
/** What payments of a state mean where they stand at `released_paid`: the worst that can be. */
const payments =
  (moves: Readonly<Record<Exclude<PaymentsStand, 'released_paid'>, (batch: BatchPosition) => BatchStep>>) =>
  (batch: BatchPosition, { stand }: { readonly stand: PaymentsStand }): BatchStep =>
    stand === 'released_paid' ? held(batch, 'paid_after_release') : moves[stand](batch);
const stay = () => STAYS;
const confirm = (batch: BatchPosition) => to(batch, 'confirming');
const notYetConfirmed = payments({ open: stay, in_blocks: confirm, over: confirm });
const OVER: Row = { restarted };
const OPEN: Row = { restarted, hold };

/** All rules: what each kind of evidence does in each state. A table without one of the states does not compile. */
const RULES: Readonly<Record<BatchState, Row>> = {
  planned: {
    restarted,
    approved: (batch) => to(batch, 'reserved', ['reserve']),
    discarded: (batch) => to(batch, 'discarded'),
    plan_expired: (batch) => to(batch, 'discarded'),
  },
  reserved: {
    ...OPEN,
    begun: (batch) => to(batch, FIRST_STATE[batch.machine]),
    discarded: (batch) => to(batch, 'released', ['release']),
  },
  drafting: {
    ...OPEN,
    drafted: (batch, { fault }) => (fault === null ? to(batch, 'finishing') : held(batch, fault)),
    // No valid transaction exists before the wallet is asked to finish one.
    discarded: (batch) => to(batch, 'released', ['release']),
  },
  finishing: {
    ...OPEN,
    finished: (batch, { txid }) => adopt(batch, txid, 'ready'),
    signed: (batch, { txids }) => to(withTxids(batch, txids), 'ready'),
  },
  ready: {
    ...OPEN,
    broadcasting: (batch) => to(batch, 'sent'),
    payments: notYetConfirmed,
    mined,
    conflict,
    proved_unpaid: proved,
  },
  calling: {
    hold,
    restarted: (batch) => to(batch, 'uncertain'),
    called: (batch) => to(batch, 'running'),
    operation_done: done,
    nothing_happened: nothing,
    doubt,
  },
  running: { ...OPEN, operation_done: done, nothing_happened: nothing, doubt, searched },
  // What the wallet says about an operation does not count here any more: it may be another process's memory of another one.
  uncertain: { ...OPEN, searched, proved_unpaid: proved },
  sent: {
    ...OPEN,
    payments: notYetConfirmed,
    replaced,
    mined,
    not_mined: gone(() => STAYS),
    searched,
    conflict,
    proved_unpaid: proved,
  },
  confirming: {
    ...OPEN,
    payments: payments({
      open: (batch) => to(batch, 'sent'),
      in_blocks: stay,
      over: (batch) => to(batch, 'settled', ['settle']),
    }),
    replaced,
    mined,
    not_mined: gone((batch) => to(batch, 'sent')),
    searched,
    conflict,
  },
  settled: {
    ...OVER,
    payments: payments({ open: (batch) => held(batch, 'deep_reorg'), in_blocks: stay, over: stay }),
    mined: minedAgain,
    not_mined: gone((batch) => held(batch, 'deep_reorg')),
    conflict,
  },
  // The worst that can be: the balances are back, and the payees have the money all the same.
  released: { ...OVER, mined: (batch) => held(batch, 'paid_after_release') },
  discarded: OVER,
  held: {
    // What was being called when it was held is not known after a start.
    restarted,
    resumed: (batch) => to(batch, stateBehindHold(batch)),
    discarded: (batch) =>
      CAN_DISCARD[stateBehindHold(batch)] ? to(batch, 'released', ['release']) : refused('not_in_this_state'),
    named_paid: (batch, { txid }) =>
      CAN_NAME[stateBehindHold(batch)]
        ? adopt({ ...batch, minedTxid: null }, txid, 'sent')
        : refused('not_in_this_state'),
    booked: (batch, evidence, rules) =>
      CAN_NAME[stateBehindHold(batch)] ? book(batch, evidence, rules) : refused('not_in_this_state'),
    proved_unpaid: (batch, { proofs }) =>
      CAN_PROVE[stateBehindHold(batch)] ? release(batch, proofs) : refused('not_in_this_state'),
  },
};

const FIRST_STATE: Readonly<Record<BatchMachine, BatchState>> = {
  building: 'drafting',
  sending: 'calling',
  nonce: 'drafting',
};

const OF_NONCES: readonly Kind[] = ['signed', 'replaced', 'payments'];
/**
 * Evidence that does not belong to a machine. Whether an account with nonces paid an item is never known by a transaction's id, since
 * strangers can change it, and its transactions never expire.
 */
const NOT_FOR: Readonly<Record<BatchMachine, ReadonlySet<Kind>>> = {
  building: new Set(OF_NONCES),
  sending: new Set(OF_NONCES),
  nonce: new Set<Kind>([
    'booked',
    'called',
    'conflict',
    'doubt',
    'finished',
    'mined',
    'named_paid',
    'not_mined',
    'nothing_happened',
    'operation_done',
    'proved_unpaid',
    'searched',
  ]),
};

type Behind = Readonly<Record<Exclude<BatchState, 'held'>, boolean>>;
const NONE: Behind = {
  planned: false,
  reserved: false,
  drafting: false,
  finishing: false,
  ready: false,
  calling: false,
  running: false,
  uncertain: false,
  sent: false,
  confirming: false,
  settled: false,
  released: false,
  discarded: false,
};
/** From where a held batch can be given up, be named paid, or be proved unpaid. */
const CAN_DISCARD: Behind = { ...NONE, reserved: true, drafting: true };
const CAN_NAME: Behind = { ...NONE, running: true, uncertain: true, sent: true, confirming: true };
const CAN_PROVE: Behind = { ...CAN_NAME, ready: true, settled: true };

/**
 * Moves a batch by what happened. Uncertain is not failed: whatever may have been sent counts as sent until it is proved that it
 * was not.
 */
export function moveBatch(batch: BatchPosition, evidence: BatchEvidence, rules: BatchRules): BatchStep {
  if (NOT_FOR[batch.machine].has(evidence.kind)) return refused('not_in_this_state');
  // The type of the table guarantees a rule for evidence of its own kind.
  const rule = RULES[batch.state][evidence.kind] as Rule<Kind> | undefined;
  return rule === undefined ? refused('not_in_this_state') : rule(batch, evidence, rules);
}

/** The kinds of evidence that can move a batch in a state. */
export function evidenceFor(state: BatchState): readonly BatchEvidence['kind'][] {
  return Object.keys(RULES[state]) as Kind[];
}

function matched(batch: BatchPosition, match: HistoryMatch): BatchStep {
  switch (match.kind) {
    case 'none':
      return STAYS;
    case 'one': {
      if (batch.txids.includes(match.txid)) return STAYS;
      const { length } = batch.txids;
      return length === 0
        ? adopt(batch, match.txid, 'sent')
        : held(withTxids(batch, [match.txid]), 'matches_several');
    }
    case 'several':
      return held(withTxids(batch, match.txids), 'matches_several');
    case 'partial':
      return held(withTxids(batch, match.txids), 'match_partial');
  }
}

/** Gives the balances back if each transaction that may pay the batch is proved dead. */
function release(batch: BatchPosition, proofs: readonly NonPayment[]): BatchStep {
  if (!proofs.every((proof) => NonPayment.isProof(proof))) return refused('proof_is_not_enough');
  if (proofs.some((proof) => proof.batch !== batch.id)) return refused('proof_of_another_batch');
  const dead = new Set(proofs.filter(({ method }) => method === 'expiry').map(({ txid }) => txid));
  const isEnough =
    batch.txids.length > 0
      ? batch.txids.every((txid) => dead.has(txid))
      : proofs.some(({ method }) => method === 'no_match');
  if (!isEnough) return refused('proof_is_not_enough');
  const wasSettled = stateBehindHold(batch) === 'settled';
  return to(batch, 'released', wasSettled ? ['unsettle', 'release'] : ['release']);
}

/** Settles a batch by what a person says about a final transaction. What that does not pay must be paid by nothing else. */
function book(
  batch: BatchPosition,
  { txid, depth, givesBack, proofs }: Extract<BatchEvidence, { kind: 'booked' }>,
  { settleDepth }: BatchRules,
): BatchStep {
  if (!proofs.every((proof) => NonPayment.isProof(proof))) return refused('proof_is_not_enough');
  if (proofs.some((proof) => proof.batch !== batch.id)) return refused('proof_of_another_batch');
  const dead = new Set(proofs.filter(({ method }) => method === 'expiry').map((proof) => proof.txid));
  const others = batch.txids.filter((other) => other !== txid);
  const isEnough = depth >= settleDepth && (!givesBack || others.every((other) => dead.has(other)));
  if (!isEnough) return refused('proof_is_not_enough');
  return to({ ...withTxids(batch, [txid]), minedTxid: txid }, 'settled', ['settle']);
}

function adopt(batch: BatchPosition, txid: string, state: BatchState): BatchStep {
  return to(withTxids(batch, [txid]), state);
}

function withTxids(batch: BatchPosition, txids: readonly string[]): BatchPosition {
  return { ...batch, txids: [...new Set([...batch.txids, ...txids])] };
}

function held(batch: BatchPosition, reason: HoldReason): BatchStep {
  const from = stateBehindHold(batch);
  // The answer to a call that is under way would find the batch held, and be lost: the history has to say what came of it.
  const heldFrom = from === 'calling' ? 'uncertain' : from;
  return { kind: 'moves', batch: { ...batch, state: 'held', heldFrom, reason }, entries: [] };
}

function to(batch: BatchPosition, state: BatchState, entries: readonly BatchEntry[] = []): BatchStep {
  return { kind: 'moves', batch: { ...batch, state, heldFrom: null, reason: null }, entries };
}

function refused(why: Refusal): BatchStep {
  return { kind: 'refused', why };
}
