import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCK_SCORE, scoreOf } from '../src/exact/score.ts';
import { SHARES } from './shares.ts';

const BAD_AMOUNT = { code: 'ADIT_BAD_AMOUNT' };

test('a score is the part of an expected block, in units of 2^-64, rounded down', () => {
  assert.deepEqual(
    SHARES.map(({ score }) => score),
    [
      7378697629483820646n,
      16602069666338596454n,
      11738837137815169210n,
      8384883669867978007n,
      9223372036854775808n,
    ],
  );
});

test('a weight above that of the network is worth one block, not more', () => {
  assert.equal(scoreOf(1000n, 1000n), BLOCK_SCORE);
  assert.equal(scoreOf(1001n, 1000n), BLOCK_SCORE);
  assert.equal(scoreOf(999n, 1000n), (999n * BLOCK_SCORE) / 1000n);
});

test('weights that are not above zero are refused, and numbers are not taken for bigints', () => {
  assert.throws(() => scoreOf(0n, 1n), BAD_AMOUNT);
  assert.throws(() => scoreOf(1n, 0n), BAD_AMOUNT);
  assert.throws(() => scoreOf(-1n, 5n), BAD_AMOUNT);
  assert.throws(() => scoreOf(5 as unknown as bigint, 5n), BAD_AMOUNT);
});

test('more weight never scores less, and a harder network never raises a score', () => {
  const positive = fc.bigInt({ min: 1n, max: 1n << 100n });
  fc.assert(
    fc.property(positive, positive, positive, (weight, network, more) => {
      assert.ok(scoreOf(weight + more, network) >= scoreOf(weight, network));
      assert.ok(scoreOf(weight, network + more) <= scoreOf(weight, network));
    }),
  );
});
