import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchEvidence, PaymentsStand } from '../src/payouts/batch-evidence.ts';
import { type BatchPosition, type BatchState, plannedBatch } from '../src/payouts/batch-state.ts';
import { moveBatch } from '../src/payouts/batch-transitions.ts';
import type { NoncePayment, NonceUse } from '../src/payouts/nonce-payment.ts';
import { NonPayment } from '../src/payouts/proof.ts';
import { nonceMark, proveByNonce } from '../src/payouts/proof-by-nonce.ts';

const RULES = { settleDepth: 12 };
const payments = (stand: PaymentsStand) => ({ kind: 'payments', stand }) as const;

function at(state: BatchState, more: Partial<BatchPosition> = {}): BatchPosition {
  return { ...plannedBatch('b1', 'nonce'), state, txids: ['t1', 't2'], ...more };
}

/** What comes out, in words: the state, why it is held, the entries; or why nothing moved. */
function outcome(batch: BatchPosition, evidence: BatchEvidence): string {
  const step = moveBatch(batch, evidence, RULES);
  if (step.kind !== 'moves') return step.kind === 'stays' ? 'stays' : step.why;
  const { state, reason } = step.batch;
  return [state, ...(reason === null ? [] : [reason]), ...step.entries].join(' ');
}

test('an account with nonces: reserve, number, sign, keep, send, confirm, settle when each payment is final', () => {
  let batch = plannedBatch('b1', 'nonce');
  const states = [
    { kind: 'approved' },
    { kind: 'begun' },
    { kind: 'drafted', fault: null },
    { kind: 'signed', txids: ['t1', 't2'] },
    { kind: 'broadcasting' },
    payments('in_blocks'),
    payments('open'),
    payments('over'),
    payments('over'),
  ] satisfies BatchEvidence[];
  const seen = states.map((evidence) => {
    const step = moveBatch(batch, evidence, RULES);
    assert.equal(step.kind, 'moves', evidence.kind);
    if (step.kind === 'moves') batch = step.batch;
    return [batch.state, ...(step.kind === 'moves' ? step.entries : [])].join(' ');
  });
  assert.deepEqual(seen, [
    'reserved reserve',
    'drafting',
    'finishing',
    'ready',
    'sent',
    'confirming',
    'sent',
    'confirming',
    'settled settle',
  ]);
  assert.deepEqual(batch.txids, ['t1', 't2']);
});

test('a batch of numbered payments is not moved by the id of a transaction, by a word of an operator, or by a proof of expiry', () => {
  const proof = new NonPayment({ batch: 'b1', method: 'expiry', txid: 't1' });
  for (const state of ['ready', 'sent', 'confirming', 'settled', 'held'] as const)
    for (const evidence of [
      { kind: 'mined', txid: 't1', depth: 99, pays: 'whole' },
      { kind: 'not_mined', txid: 't1' },
      { kind: 'finished', txid: 't1' },
      { kind: 'named_paid', txid: 't1' },
      { kind: 'nothing_happened' },
      { kind: 'proved_unpaid', proofs: [proof] },
    ] satisfies BatchEvidence[])
      assert.equal(outcome(at(state, { heldFrom: 'sent' }), evidence), 'not_in_this_state');
});

test('other wallets are not moved by what belongs to nonces', () => {
  for (const machine of ['building', 'sending'] as const)
    for (const evidence of [
      payments('over'),
      { kind: 'signed', txids: ['t3'] },
      { kind: 'replaced', txid: 't3' },
    ] satisfies BatchEvidence[])
      assert.equal(outcome({ ...at('confirming'), machine }, evidence), 'not_in_this_state');
});

test('a nonce that is free again behind the settlement holds the batch, and so does a payment behind its release', () => {
  assert.equal(outcome(at('settled'), payments('open')), 'held deep_reorg');
  assert.equal(outcome(at('settled'), payments('over')), 'stays');
  for (const state of ['sent', 'confirming', 'settled'] as const)
    assert.equal(outcome(at(state), payments('released_paid')), 'held paid_after_release');
});

test('a replacement is one more transaction of the batch, and nothing else', () => {
  const step = moveBatch(at('sent'), { kind: 'replaced', txid: 't3' }, RULES);
  assert.ok(step.kind === 'moves' && step.entries.length === 0);
  assert.deepEqual([step.batch.state, step.batch.txids], ['sent', ['t1', 't2', 't3']]);
  assert.equal(outcome(at('settled'), { kind: 'replaced', txid: 't3' }), 'not_in_this_state');
});

test('numbered payments can be given up only before they are signed', () => {
  for (const state of ['reserved', 'drafting'] as const)
    assert.equal(outcome(at(state), { kind: 'discarded' }), 'released release');
  for (const state of ['finishing', 'ready', 'sent', 'confirming'] as const) {
    assert.equal(outcome(at(state), { kind: 'discarded' }), 'not_in_this_state');
    assert.equal(outcome(at('held', { heldFrom: state }), { kind: 'discarded' }), 'not_in_this_state');
  }
});

test('only another final transaction with its nonce, or its own failure, proves a payment unpaid', () => {
  const payment: NoncePayment = { state: 'sent', from: 'us', nonce: 7n, to: 'ann', value: 5n, reason: null };
  const use: NonceUse = { from: 'us', nonce: 7n, to: 'us', value: 0n, isSuccess: true, depth: 12, nodes: 2 };
  const missing = (other: Partial<NonceUse> | null) => {
    const rules = { finalDepth: 12, nodes: 2 };
    const proof = proveByNonce('b1', payment, other === null ? null : { ...use, ...other }, rules);
    return proof.isProved ? `${proof.proof.method} ${proof.proof.txid}` : proof.missing;
  };
  assert.equal(missing({}), `nonce ${nonceMark(payment)}`);
  assert.equal(missing({ to: 'eve', value: 9n }), 'nonce us:7');
  assert.equal(missing({ to: 'ann', value: 5n, isSuccess: false }), 'nonce us:7');
  assert.deepEqual(missing({ to: 'ann', value: 5n }), ['pays_another']);
  assert.deepEqual(missing({ depth: 11 }), ['nonce_final']);
  assert.deepEqual(missing({ nodes: 1 }), ['nodes_agree']);
  for (const other of [null, { nonce: 8n }, { from: 'eve' }])
    assert.deepEqual(missing(other), ['nonce_used', 'nodes_agree', 'nonce_final', 'pays_another']);
});
