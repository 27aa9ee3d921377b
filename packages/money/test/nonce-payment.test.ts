import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  IS_NONCE_OVER,
  moveNoncePayment,
  type NonceEvidence,
  type NoncePayment,
  type NonceState,
  type NonceUse,
} from '../src/payouts/nonce-payment.ts';

const RULES = { finalDepth: 12, nodes: 2 };
const USE: NonceUse = { from: 'us', nonce: 7n, to: 'ann', value: 50n, isSuccess: true, depth: 12, nodes: 2 };

function at(state: NonceState): NoncePayment {
  return { state, from: 'us', nonce: 7n, to: 'ann', value: 50n, reason: null };
}

function outcome(state: NonceState, evidence: NonceEvidence): string {
  const { payment, entries, parks } = moveNoncePayment(at(state), evidence, RULES);
  const reason = payment.reason === null ? [] : [payment.reason];
  return [payment.state, ...reason, ...entries, ...(parks ? ['parks'] : [])].join(' ');
}
const used = (more: Partial<NonceUse> = {}): NonceEvidence => ({ kind: 'used', use: { ...USE, ...more } });
const ALIVE = ['signed', 'sent', 'confirming'] as const;

test('a payment is sent behind its state, confirmed, and settled when its block is final', () => {
  assert.equal(outcome('signed', { kind: 'sending' }), 'sent');
  assert.equal(outcome('sent', { kind: 'sending' }), 'sent');
  for (const state of ALIVE) {
    assert.equal(outcome(state, used({ depth: 11 })), 'confirming');
    assert.equal(outcome(state, used()), 'settled');
  }
});

test('one node alone settles nothing', () => {
  for (const state of ALIVE) assert.equal(outcome(state, used({ nodes: 1 })), state);
});

test('that nobody has a payment proves nothing: it never expires', () => {
  assert.equal(outcome('signed', { kind: 'not_used' }), 'signed');
  assert.equal(outcome('sent', { kind: 'not_used' }), 'sent');
  assert.equal(outcome('confirming', { kind: 'not_used' }), 'sent');
});

test('our own cancellation gives the balance back when it is final, not before', () => {
  for (const state of ALIVE) {
    assert.equal(outcome(state, used({ to: 'us', value: 0n })), 'cancelled item_release');
    assert.equal(outcome(state, used({ to: 'us', value: 0n, depth: 11 })), 'confirming');
    assert.equal(outcome(state, used({ to: 'us', value: 0n, nodes: 1 })), state);
  }
});

test('a payee that refuses the money gets its account set aside, and the balance back', () => {
  assert.equal(outcome('sent', used({ isSuccess: false })), 'failed item_release parks');
  assert.equal(outcome('sent', used({ isSuccess: false, depth: 3 })), 'confirming');
});

test('a nonce that was used for anything else stops at once, however deep, whoever saw it', () => {
  for (const state of ALIVE)
    for (const use of [{ to: 'bob' }, { value: 51n }, { to: 'us' }, { to: 'bob', depth: 1, nodes: 1 }])
      assert.equal(outcome(state, used(use)), 'held foreign_nonce');
});

test('what is about another nonce or sender says nothing', () => {
  assert.equal(outcome('sent', used({ nonce: 8n })), 'sent');
  assert.equal(outcome('sent', used({ from: 'them' })), 'sent');
});

test('what is over or held stays', () => {
  for (const state of ['settled', 'cancelled', 'failed', 'held'] as const)
    for (const evidence of [used(), used({ to: 'bob' }), { kind: 'not_used' }, { kind: 'sending' }] as const)
      assert.equal(outcome(state, evidence), state);
  assert.deepEqual(
    (Object.keys(IS_NONCE_OVER) as NonceState[]).filter((state) => IS_NONCE_OVER[state]),
    ['settled', 'cancelled', 'failed'],
  );
});
