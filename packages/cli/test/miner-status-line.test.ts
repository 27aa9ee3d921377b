import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTHER_REFUSALS } from '@adit/miner';
import { statusLine } from '../src/commands/miner.ts';

const status = (rejected: Readonly<Record<string, number>>) =>
  statusLine({ rate: 3.414, unit: 'Sol/s', accepted: 12, rejected: new Map(Object.entries(rejected)) });

test('the status line of a miner names its three most frequent kinds of refusals, and counts the others', () => {
  assert.equal(status({}), '3.41 Sol/s, 12 accepted, 0 refused');
  assert.equal(status({ 'Stale job': 1 }), '3.41 Sol/s, 12 accepted, 1 refused (1 Stale job)');
  assert.equal(
    status({ a: 1, b: 5, [OTHER_REFUSALS]: 90, c: 3, d: 4, e: 2 }),
    '3.41 Sol/s, 12 accepted, 105 refused (5 b, 4 d, 3 c, 93 others)',
  );
  assert.equal(status({ a: 2, [OTHER_REFUSALS]: 3 }), '3.41 Sol/s, 12 accepted, 5 refused (2 a, 3 others)');
});

test('the status line of a miner stays short, whatever a pool says', () => {
  const kinds = Object.fromEntries(
    Array.from({ length: 32 }, (_, index) => [`${'x'.repeat(37)}${100 + index}`, 1]),
  );
  assert.ok(status(kinds).length <= 220);
});
