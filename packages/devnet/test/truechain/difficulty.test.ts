import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type DifficultyOptions,
  fruitDifficultyFor,
  initialDifficulty,
  nextDifficulty,
} from '../../src/truechain/difficulty.ts';

const options: DifficultyOptions = { expectedHashrate: 60_000, snailBlockSeconds: 20 };

test("at the start half of a block's time is hashing, and a fruit takes a fifth of a block's hashes", () => {
  assert.equal(initialDifficulty(options), 600_000n);
  assert.equal(fruitDifficultyFor(600_000n, 0, options), 120_000n);
  assert.equal(initialDifficulty({ expectedHashrate: 0.01, snailBlockSeconds: 1 }), 2n);
  assert.equal(fruitDifficultyFor(5n, 0, options), 2n);
});

test('a fruit is easier the longer its fast block has waited', () => {
  const after = (seconds: number): bigint => fruitDifficultyFor(600_000n, seconds, options);
  assert.deepEqual([9, 10, 11, 20, 21, 1_000].map(after), [
    120_000n,
    120_000n,
    80_000n,
    80_000n,
    60_001n,
    60_001n,
  ]);
});

test('a fixed difficulty stays', () => {
  const fixed = { ...options, difficulty: 7n, fruitDifficulty: 3n };
  assert.equal(initialDifficulty(fixed), 7n);
  assert.equal(nextDifficulty(7n, [1, 1, 1], fixed), 7n);
  assert.equal(fruitDifficultyFor(7n, 60, fixed), 3n);
});

test('the latest six intervals count, each step within a quarter down and a third up', () => {
  assert.equal(nextDifficulty(1_200n, [], options), 1_200n);
  assert.equal(nextDifficulty(1_200n, [20, 20], options), 1_200n);
  assert.equal(nextDifficulty(1_200n, [19, 19], options), 1_263n);
  assert.equal(nextDifficulty(1_200n, [1], options), 1_600n);
  assert.equal(nextDifficulty(1_200n, [1_000], options), 900n);
  assert.equal(nextDifficulty(1_200n, [1, 1, 1, 20, 20, 20, 20, 20, 20], options), 1_200n);
});

test('the next difficulty is monotonic in the time spent, and in bounds', () => {
  const intervals = fc.array(fc.integer({ min: -5, max: 10_000 }), { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(fc.bigInt({ min: 2n, max: 1n << 100n }), intervals, (previous, list) => {
      const next = nextDifficulty(previous, list, options);
      assert.ok(next >= 2n && next <= (previous * 4n) / 3n + 1n && next >= (previous * 3n) / 4n);
      const slower = nextDifficulty(previous, [...list.slice(0, -1), (list.at(-1) ?? 0) + 100], options);
      assert.ok(slower <= next);
    }),
  );
});
