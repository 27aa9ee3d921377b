import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkDraft } from '../src/payouts/draft-check.ts';
import { type ListedSend, matchHistory } from '../src/payouts/history-match.ts';

const OUTPUTS = [
  { receiver: 'a', amount: 5n },
  { receiver: 'b', amount: 7n },
  { receiver: 'c', amount: 5n },
];
const WANTED = { tag: 'batch-1', outputs: OUTPUTS };
const send = (txid: string, tags: readonly string[], outputs: ListedSend['outputs'] = OUTPUTS) => ({
  txid,
  tags,
  outputs,
});
const match = (...sends: ListedSend[]) => matchHistory(WANTED, sends, new Set(['batch-0']));

test('a transaction with the tag and just the payments, in any order, is the one', () => {
  assert.deepEqual(match(send('t', ['batch-1'], OUTPUTS.toReversed())), { kind: 'one', txid: 't' });
  assert.deepEqual(match(send('x', ['other']), send('x', [], [])), { kind: 'partial', txids: ['x'] });
});

test('a history without its tag and payments has none', () => {
  assert.deepEqual(match(), { kind: 'none' });
  assert.deepEqual(match(send('x', [], [{ receiver: 'a', amount: 5n }])), { kind: 'none' });
});

test('two transactions of one tag, or one more that pays the same, are several', () => {
  const several = { kind: 'several', txids: ['t', 'u'] };
  assert.deepEqual(match(send('t', ['batch-1']), send('u', ['batch-1'])), several);
  assert.deepEqual(match(send('u', []), send('t', ['batch-1'])), several);
  assert.deepEqual(match(send('t', ['batch-1']), send('u', ['batch-1'], [])), several);
  assert.deepEqual(match(send('t', ['batch-1']), send('t', ['batch-1'])), { kind: 'one', txid: 't' });
});

test('the tag with other payments, or the payments without the tag, are for a person', () => {
  const partial = { kind: 'partial', txids: ['t'] };
  assert.deepEqual(match(send('t', ['batch-1'], OUTPUTS.slice(1))), partial);
  assert.deepEqual(match(send('t', ['batch-1'], [...OUTPUTS, { receiver: 'a', amount: 5n }])), partial);
  const other = OUTPUTS.map((one) => ({ ...one, amount: one.amount + 1n }));
  assert.deepEqual(match(send('t', ['batch-1'], other)), partial);
  assert.deepEqual(match(send('t', [])), partial);
});

test('another batch that pays the same to the same is not it', () => {
  assert.deepEqual(match(send('x', ['batch-0'])), { kind: 'none' });
  assert.deepEqual(match(send('x', ['batch-0']), send('t', ['batch-1'])), { kind: 'one', txid: 't' });
});

test('receivers and amounts do not run into each other', () => {
  const wanted = { tag: 'z', outputs: [{ receiver: '1 a', amount: 1n }] };
  const sends = [
    send('t', [], [{ receiver: 'a', amount: 11n }]),
    send('u', [], [{ receiver: 'a', amount: 1n }]),
  ];
  assert.deepEqual(matchHistory(wanted, sends, new Set()), { kind: 'none' });
});

test('a draft must pay just the plan, expire, and cost at most twice the estimate and at most the cap', () => {
  const plan = { outputs: OUTPUTS, fee: 100n, mostFee: 150n };
  const draft = { outputs: OUTPUTS.toReversed(), fee: 150n, expiry: 400 };
  assert.equal(checkDraft(plan, draft), null);
  assert.equal(checkDraft(plan, { ...draft, fee: 151n }), 'fee_too_high');
  assert.equal(checkDraft({ ...plan, mostFee: 500n }, { ...draft, fee: 200n }), null);
  assert.equal(checkDraft({ ...plan, mostFee: 500n }, { ...draft, fee: 201n }), 'fee_too_high');
  assert.equal(checkDraft(plan, { ...draft, outputs: OUTPUTS.slice(1) }), 'draft_differs');
  assert.equal(checkDraft(plan, { ...draft, expiry: 0 }), 'draft_differs');
});
