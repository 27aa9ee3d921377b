import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchEvidence } from '../src/payouts/batch-evidence.ts';
import {
  type BatchMachine,
  type BatchPosition,
  type BatchState,
  IS_OPEN,
  MAY_EXIST,
  plannedBatch,
  RECOVERY,
  stateBehindHold,
} from '../src/payouts/batch-state.ts';
import { evidenceFor, moveBatch } from '../src/payouts/batch-transitions.ts';
import type { PaymentExtent } from '../src/payouts/history-match.ts';
import { NonPayment } from '../src/payouts/proof.ts';

const RULES = { settleDepth: 20 };

function at(state: BatchState, more: Partial<BatchPosition> = {}): BatchPosition {
  const txids = ['ready', 'sent', 'confirming', 'settled', 'released'].includes(state) ? ['t1'] : [];
  const minedTxid = state === 'confirming' || state === 'settled' ? 't1' : null;
  return { ...plannedBatch('b1', 'sending'), state, txids, minedTxid, ...more };
}

/** What comes out, in words: the state, why it is held, the entries; or why nothing moved. */
function outcome(batch: BatchPosition, evidence: BatchEvidence): string {
  const step = moveBatch(batch, evidence, RULES);
  if (step.kind === 'stays') return 'stays';
  if (step.kind === 'refused') return step.why;
  const { state, reason, heldFrom } = step.batch;
  return [state, ...(reason === null ? [] : [`${reason} from ${heldFrom}`]), ...step.entries].join(' ');
}

const proof = (method: NonPayment['method'], txid: string | null, batch = 'b1') =>
  new NonPayment({ batch, method, txid });
const unpaid = (...proofs: NonPayment[]) => ({ kind: 'proved_unpaid', proofs }) as const;
const mined = (depth: number, txid = 't1', pays: PaymentExtent = 'whole') =>
  ({ kind: 'mined', txid, depth, pays }) as const;

function walk(machine: BatchMachine, ...all: BatchEvidence[]): readonly string[] {
  let batch = plannedBatch('b1', machine);
  return all.map((evidence) => {
    const step = moveBatch(batch, evidence, RULES);
    assert.equal(step.kind, 'moves', evidence.kind);
    if (step.kind !== 'moves') return '';
    batch = step.batch;
    return [batch.state, ...step.entries].join(' ');
  });
}

test('a wallet that builds: reserve, draft, finish, keep, send, confirm, settle', () => {
  assert.deepEqual(
    walk(
      'building',
      { kind: 'approved' },
      { kind: 'begun' },
      { kind: 'drafted', fault: null },
      { kind: 'finished', txid: 't1' },
      { kind: 'broadcasting' },
      mined(1),
      { kind: 'not_mined', txid: 't1' },
      mined(3),
      mined(20),
    ),
    [
      'reserved reserve',
      'drafting',
      'finishing',
      'ready',
      'sent',
      'confirming',
      'sent',
      'confirming',
      'settled settle',
    ],
  );
});

test('a wallet that sends by one call: reserve, call, wait, watch, settle', () => {
  assert.deepEqual(
    walk(
      'sending',
      { kind: 'approved' },
      { kind: 'begun' },
      { kind: 'called' },
      { kind: 'operation_done', txid: 't1' },
      mined(1),
      mined(20),
    ),
    ['reserved reserve', 'calling', 'running', 'sent', 'confirming', 'settled settle'],
  );
});

test('a restart makes a call uncertain, and only a call', () => {
  for (const state of Object.keys(RECOVERY) as BatchState[])
    assert.equal(outcome(at(state), { kind: 'restarted' }), state === 'calling' ? 'uncertain' : 'stays');
});

test('any failure is uncertain, except an answer of which it is recorded that nothing was made', () => {
  for (const state of ['calling', 'running'] as const) {
    assert.equal(outcome(at(state), { kind: 'doubt' }), 'uncertain');
    assert.equal(outcome(at(state), { kind: 'nothing_happened' }), 'released release');
  }
  for (const state of ['uncertain', 'sent', 'confirming', 'ready', 'finishing'] as const)
    assert.equal(outcome(at(state), { kind: 'nothing_happened' }), 'not_in_this_state');
});

test('one match in the history is adopted; several, and one that pays otherwise, stop for a person', () => {
  const searched = (match: Extract<BatchEvidence, { kind: 'searched' }>['match']) =>
    ({ kind: 'searched', match }) as const;
  for (const state of ['running', 'uncertain'] as const) {
    assert.equal(outcome(at(state), searched({ kind: 'none' })), 'stays');
    assert.equal(outcome(at(state), searched({ kind: 'one', txid: 't9' })), 'sent');
    assert.equal(
      outcome(at(state), searched({ kind: 'several', txids: ['t8', 't9'] })),
      `held matches_several from ${state}`,
    );
    assert.equal(
      outcome(at(state), searched({ kind: 'partial', txids: ['t9'] })),
      `held match_partial from ${state}`,
    );
  }
  assert.equal(outcome(at('sent'), searched({ kind: 'one', txid: 't1' })), 'stays');
  const step = moveBatch(at('sent'), searched({ kind: 'one', txid: 't9' }), RULES);
  assert.ok(step.kind === 'moves');
  assert.deepEqual([step.batch.reason, step.batch.txids], ['matches_several', ['t1', 't9']]);
});

test('a transaction of another id neither confirms a batch nor takes it back', () => {
  for (const state of ['sent', 'confirming', 'ready'] as const)
    assert.equal(outcome(at(state), mined(20, 't9')), 'another_transaction');
  for (const state of ['sent', 'confirming', 'settled'] as const)
    assert.equal(outcome(at(state), { kind: 'not_mined', txid: 't9' }), 'another_transaction');
  assert.equal(outcome(at('sent'), { kind: 'not_mined', txid: 't1' }), 'stays');
});

test('a payment is settled at its depth, not before', () => {
  assert.equal(outcome(at('confirming'), mined(19)), 'stays');
  assert.equal(outcome(at('confirming'), mined(20)), 'settled settle');
  assert.equal(outcome(at('sent'), mined(500)), 'confirming', 'one step at a time');
  assert.equal(outcome(at('ready'), mined(1)), 'confirming');
});

test('of several transactions that may pay, the one in a block counts, and a second one in a block is an alarm', () => {
  const two = { txids: ['t1', 't2'] };
  assert.equal(outcome(at('sent', two), mined(1, 't2')), 'confirming');
  assert.equal(outcome(at('confirming', two), { kind: 'not_mined', txid: 't2' }), 'stays');
  assert.equal(outcome(at('confirming', two), { kind: 'not_mined', txid: 't1' }), 'sent');
  assert.equal(outcome(at('settled', two), { kind: 'not_mined', txid: 't2' }), 'stays');
  assert.equal(outcome(at('settled', two), mined(500)), 'stays');
  for (const state of ['confirming', 'settled'] as const)
    assert.equal(outcome(at(state, two), mined(1, 't2')), `held paid_twice from ${state}`);
  const step = moveBatch(at('confirming', two), { kind: 'not_mined', txid: 't1' }, RULES);
  assert.ok(step.kind === 'moves');
  assert.equal(outcome(step.batch, mined(1, 't2')), 'confirming', 'the other one may be mined instead');
});

test('balances come back only by proof of each transaction that may pay', () => {
  for (const state of ['ready', 'sent'] as const) {
    assert.equal(outcome(at(state), unpaid(proof('expiry', 't1'))), 'released release');
    assert.equal(outcome(at(state), unpaid(proof('expiry', 't9'))), 'proof_is_not_enough');
    assert.equal(outcome(at(state), unpaid(proof('no_match', null))), 'proof_is_not_enough');
    assert.equal(outcome(at(state), unpaid(proof('expiry', 't1', 'b2'))), 'proof_of_another_batch');
    assert.equal(outcome(at(state), unpaid()), 'proof_is_not_enough');
    const two = at(state, { txids: ['t1', 't2'] });
    assert.equal(outcome(two, unpaid(proof('expiry', 't1'))), 'proof_is_not_enough');
    assert.equal(outcome(two, unpaid(proof('expiry', 't1'), proof('expiry', 't2'))), 'released release');
  }
  assert.equal(outcome(at('uncertain'), unpaid(proof('no_match', null))), 'released release');
  assert.equal(outcome(at('uncertain'), unpaid(proof('expiry', 't1'))), 'proof_is_not_enough');
  for (const state of ['calling', 'running', 'finishing', 'confirming', 'settled', 'reserved'] as const)
    assert.equal(outcome(at(state), unpaid(proof('no_match', null))), 'not_in_this_state');
});

test('what only looks like a proof gives nothing back, also where types are lost', () => {
  const forged = { batch: 'b1', method: 'expiry', txid: 't1' } as const;
  // @ts-expect-error a plain object is not a proof
  const evidence: BatchEvidence = { kind: 'proved_unpaid', proofs: [forged] };
  assert.equal(outcome(at('sent'), evidence), 'proof_is_not_enough');
  // Also beside a real one.
  const mixed = { kind: 'proved_unpaid', proofs: [proof('expiry', 't1'), forged as NonPayment] } as const;
  assert.equal(outcome(at('sent'), mixed), 'proof_is_not_enough');
});

test('a batch can be given up only while no valid transaction can exist', () => {
  assert.equal(outcome(at('planned'), { kind: 'discarded' }), 'discarded');
  assert.equal(outcome(at('planned'), { kind: 'plan_expired' }), 'discarded');
  for (const state of ['reserved', 'drafting'] as const) {
    assert.equal(outcome(at(state), { kind: 'discarded' }), 'released release');
    const held = at('held', { heldFrom: state, reason: 'operator' });
    assert.equal(outcome(held, { kind: 'discarded' }), 'released release');
  }
  for (const state of [
    'finishing',
    'ready',
    'calling',
    'running',
    'uncertain',
    'sent',
    'confirming',
    'settled',
  ] as const) {
    assert.equal(outcome(at(state), { kind: 'discarded' }), 'not_in_this_state');
    assert.equal(outcome(at('held', { heldFrom: state }), { kind: 'discarded' }), 'not_in_this_state');
  }
});

test('a draft that is not the plan stops for a person', () => {
  assert.equal(
    outcome(at('drafting'), { kind: 'drafted', fault: 'draft_differs' }),
    'held draft_differs from drafting',
  );
  assert.equal(
    outcome(at('drafting'), { kind: 'drafted', fault: 'fee_too_high' }),
    'held fee_too_high from drafting',
  );
});

test('every open batch can be held and goes on where it was, except a call, which is uncertain then', () => {
  const states = Object.keys(IS_OPEN) as (keyof typeof IS_OPEN)[];
  for (const state of states.filter((one) => IS_OPEN[one])) {
    const step = moveBatch(at(state), { kind: 'hold', reason: 'node_lags' }, RULES);
    assert.ok(step.kind === 'moves');
    assert.deepEqual([step.batch.state, step.batch.reason], ['held', 'node_lags']);
    assert.equal(outcome(step.batch, { kind: 'resumed' }), state === 'calling' ? 'uncertain' : state);
    assert.equal(outcome(step.batch, { kind: 'called' }), 'not_in_this_state');
  }
  for (const state of ['planned', 'settled', 'released', 'discarded'] as const)
    assert.equal(outcome(at(state), { kind: 'hold', reason: 'operator' }), 'not_in_this_state');
});

test('a held batch is resolved by naming the transaction that pays it, or by proof', () => {
  const held = at('held', { heldFrom: 'uncertain', reason: 'match_partial', txids: ['t1'] });
  assert.equal(outcome(held, { kind: 'named_paid', txid: 't1' }), 'sent');
  assert.equal(outcome(held, unpaid(proof('expiry', 't1'))), 'released release');
  assert.equal(outcome(held, unpaid(proof('no_match', null))), 'proof_is_not_enough');
  for (const heldFrom of ['ready', 'running', 'sent', 'confirming'] as const)
    assert.equal(outcome({ ...held, heldFrom }, unpaid(proof('expiry', 't1'))), 'released release');
  for (const heldFrom of ['running', 'sent', 'confirming'] as const)
    assert.equal(outcome({ ...held, heldFrom }, { kind: 'named_paid', txid: 't1' }), 'sent');
  for (const heldFrom of ['reserved', 'drafting', 'finishing', 'released'] as const) {
    const other = at('held', { heldFrom, txids: ['t1'] });
    assert.equal(outcome(other, { kind: 'named_paid', txid: 't1' }), 'not_in_this_state');
    assert.equal(outcome(other, unpaid(proof('expiry', 't1'))), 'not_in_this_state');
  }
});

test('a transaction that pays a part of the plan, or nobody knows what, is held in a block, whoever named it', () => {
  for (const [pays, reason] of [
    ['part', 'match_partial'],
    ['unknown', 'payment_unknown'],
  ] as const)
    for (const state of ['sent', 'confirming'] as const) {
      assert.equal(outcome(at(state), mined(1, 't1', pays)), `held ${reason} from ${state}`);
      assert.equal(outcome(at(state), mined(99, 't1', pays)), `held ${reason} from ${state}`);
    }
  let batch = at('held', { heldFrom: 'sent', txids: ['t1'] });
  for (const evidence of [{ kind: 'resumed' }, { kind: 'named_paid', txid: 't1' }] as const) {
    const step = moveBatch(batch, evidence, RULES);
    assert.ok(step.kind === 'moves');
    assert.equal(outcome(step.batch, mined(99, 't1', 'part')), 'held match_partial from sent');
    batch = at('held', { heldFrom: 'confirming', txids: ['t1'], minedTxid: 't1' });
  }
});

test('a person books a transaction that is deep enough; what is given back needs each other one dead', () => {
  const held = at('held', { heldFrom: 'sent', reason: 'match_partial', txids: ['t1', 't2'] });
  const booked = (depth: number, givesBack: boolean, ...proofs: NonPayment[]) =>
    ({ kind: 'booked', txid: 't1', depth, givesBack, proofs }) as const;
  assert.equal(outcome(held, booked(20, false)), 'settled settle');
  assert.equal(outcome(held, booked(19, false)), 'proof_is_not_enough');
  assert.equal(outcome(held, booked(20, true)), 'proof_is_not_enough');
  assert.equal(outcome(held, booked(20, true, proof('no_match', 't2'))), 'proof_is_not_enough');
  assert.equal(outcome(held, booked(20, true, proof('expiry', 't2', 'b2'))), 'proof_of_another_batch');
  assert.equal(outcome(held, booked(20, true, proof('expiry', 't2'))), 'settled settle');
  const step = moveBatch(held, booked(20, true, proof('expiry', 't2')), RULES);
  assert.ok(step.kind === 'moves');
  assert.equal(step.batch.minedTxid, 't1');
  assert.equal(outcome(step.batch, mined(1, 't2', 'part')), 'held paid_twice from settled');
  for (const heldFrom of ['reserved', 'drafting', 'finishing', 'ready', 'settled'] as const)
    assert.equal(outcome({ ...held, heldFrom }, booked(20, false)), 'not_in_this_state');
  assert.equal(outcome(at('sent'), booked(20, false)), 'not_in_this_state');
});

test('what is spent by another transaction stops for a person', () => {
  for (const state of ['ready', 'sent', 'confirming', 'settled'] as const)
    assert.equal(outcome(at(state), { kind: 'conflict' }), `held conflict_mined from ${state}`);
});

test('a settled payment that a deep reorganisation took out is held; proved dead, both entries are taken back', () => {
  const step = moveBatch(at('settled'), { kind: 'not_mined', txid: 't1' }, RULES);
  assert.ok(step.kind === 'moves');
  assert.equal(outcome(at('settled'), { kind: 'not_mined', txid: 't1' }), 'held deep_reorg from settled');
  assert.equal(outcome(step.batch, { kind: 'resumed' }), 'settled');
  assert.equal(outcome(step.batch, unpaid(proof('expiry', 't1'))), 'released unsettle release');
});

test('a payment that appears after its release is an alarm, never ignored', () => {
  assert.equal(outcome(at('released'), mined(1)), 'held paid_after_release from released');
});

test('what does not belong to a state is refused', () => {
  const all: readonly BatchEvidence['kind'][] = [
    ...new Set((Object.keys(RECOVERY) as BatchState[]).flatMap(evidenceFor)),
  ];
  for (const state of ['settled', 'released', 'discarded'] as const)
    for (const kind of all.filter((one) => !evidenceFor(state).includes(one)))
      assert.equal(outcome(at(state), { kind } as BatchEvidence), 'not_in_this_state', `${kind} in ${state}`);
  assert.deepEqual(evidenceFor('discarded'), ['restarted']);
});

test('what may exist is never free: states without binding have no transaction that lives', () => {
  for (const state of Object.keys(IS_OPEN) as (keyof typeof IS_OPEN)[])
    assert.ok(!MAY_EXIST[state] || IS_OPEN[state] || state === 'settled', state);
  assert.equal(stateBehindHold(at('held', { heldFrom: 'sent' })), 'sent');
  assert.equal(stateBehindHold(at('held')), 'uncertain');
});
