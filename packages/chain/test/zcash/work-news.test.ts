import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zcashChain } from '../../src/zcash/chains.ts';
import { workFromTemplate } from '../../src/zcash/work.ts';
import { newsOf } from '../../src/zcash/work-news.ts';
import { type SampleOptions, sampleTemplate } from './sample-template.ts';

const CHAIN = zcashChain('zcash');

function work(letters: string, options: SampleOptions = {}, fields: Record<string, unknown> = {}) {
  const transactions = [...letters].map((letter) => new TextEncoder().encode(letter));
  return workFromTemplate({ ...sampleTemplate({ height: 10, transactions, ...options }), ...fields }, CHAIN);
}

test('only another parent is a new tip, and the first work of all', () => {
  assert.equal(newsOf(undefined, work('')), 'tip');
  assert.equal(newsOf(work('a'), work('a', { previous: 'ab'.repeat(32) })), 'tip');
});

test('the first transactions after an empty template are news of their own', () => {
  assert.equal(newsOf(work(''), work('a')), 'filled');
  assert.equal(newsOf(work('a'), work('')), 'content');
});

test('other transactions are content: one more, one less, another one, one twice', () => {
  for (const letters of ['abc', 'a', 'ac', 'aa']) assert.equal(newsOf(work('ab'), work(letters)), 'content');
});

test('the same transactions in another order, another coinbase or a newer clock are not content', () => {
  const before = work('abc');
  const moved = work('cab');
  assert.notDeepEqual(before.merkleRoot, moved.merkleRoot);
  assert.equal(newsOf(before, moved), 'order');
  assert.equal(newsOf(before, work('abc', { coinbase: Uint8Array.of(5, 0, 0, 0x80, 1) })), 'order');
  assert.equal(newsOf(before, work('abc', { curtime: 1_790_000_040 })), 'order');
  assert.equal(newsOf(work(''), work('', { curtime: 1_790_000_040 })), 'order');
});

test('bits, and times that an older job does not allow, are content', () => {
  const before = work('a', {}, { maxtime: 1_790_000_030 });
  const harder = {
    bits: '1f044443',
    target: `000444430${'0'.repeat(55)}`,
  };
  assert.equal(newsOf(before, work('a', harder)), 'content');
  // Zebra's maxtime moves with its clock.
  assert.equal(newsOf(before, work('a', { curtime: 1_790_000_005 }, { maxtime: 1_790_000_035 })), 'order');
  assert.equal(newsOf(before, work('a', { curtime: 1_790_000_031 })), 'content');
  assert.equal(newsOf(before, work('a', {}, { mintime: 1_790_000_000 })), 'order');
  assert.equal(newsOf(before, work('a', { curtime: 1_790_000_002 }, { mintime: 1_790_000_001 })), 'content');
});
