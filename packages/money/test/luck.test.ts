import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import { expectedBlocks, luckOf } from '../src/luck/luck.ts';
import { chanceOfAtLeast, chanceOfAtMost, logFactorial, logProbability } from '../src/luck/poisson.ts';
import {
  blocksToAlarm,
  boundsOf,
  judgeFraction,
  logAlarmAt,
  logEvidence,
  logMixedEvidence,
  logRatio,
  nextSum,
} from '../src/luck/withholding.ts';

const BAD_OPTION = { code: 'ADIT_BAD_OPTION' };

/** Equal to about as many digits as the figure was written with. */
function near(actual: number, expected: number, relative = 0.005): void {
  assert.ok(Math.abs(actual / expected - 1) < relative, `${actual} is not near ${expected}`);
}

test('the chance of so few blocks is that of Poisson', () => {
  const vectors = [
    [7, 0, 9.12e-4],
    [10, 2, 2.77e-3],
    [20, 8, 2.09e-3],
    [50, 30, 1.59e-3],
    [100, 70, 9.71e-4],
  ] as const;
  for (const [lambda, k, chance] of vectors)
    assert.equal(Number(chanceOfAtMost(lambda, k).toPrecision(3)), chance);
});

test('the evidence of withholding is that of the average over all fractions', () => {
  const vectors = [
    [7, 0, 156.5],
    [10, 0, 2202.5],
    [10, 3, 13.08],
    [20, 3, 18_194],
    [20, 8, 38.1],
    [20, 20, 0.248],
    [50, 30, 29.5],
    [100, 70, 32.2],
  ] as const;
  for (const [lambda, found, evidence] of vectors)
    near(Math.exp(logEvidence({ lambda, found })), evidence, 0.002);
  assert.equal(logEvidence({ lambda: 0, found: 0 }), 0);
});

test('chances of at most and of at least complete each other, also far out', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 3_000, noNaN: true }), fc.nat(3_000), (lambda, k) => {
      assert.ok(Math.abs(chanceOfAtMost(lambda, k) + chanceOfAtLeast(lambda, k + 1) - 1) < 1e-9);
    }),
  );
  near(chanceOfAtLeast(1, 20), 1.5875e-19, 0.001);
  assert.equal(chanceOfAtLeast(0, 1), 0);
  assert.equal(chanceOfAtLeast(5, 0), 1);
  assert.equal(chanceOfAtMost(0, 0), 1);
  near(chanceOfAtMost(1e8, 1e8), 0.5, 0.001);
});

test('the evidence is one number on both sides of where its two formulas meet', () => {
  for (const lambda of [1, 7.5, 50, 1_000]) {
    const k = Math.floor(lambda);
    const slope = [k - 2, k - 1, k, k + 1].map((found) => logEvidence({ lambda, found: Math.max(0, found) }));
    for (let i = 1; i < slope.length; i += 1) {
      const step = (slope[i] ?? 0) - (slope[i - 1] ?? 0);
      assert.ok(step <= 0 && step > -2, `${lambda}: ${slope}`);
    }
  }
});

test('more blocks are never more evidence, and more work without one never less', () => {
  const work = fc.double({ min: 0.01, max: 2_000, noNaN: true });
  fc.assert(
    fc.property(work, work, fc.nat(2_000), (lambda, more, found) => {
      const evidence = logEvidence({ lambda, found });
      assert.ok(Number.isFinite(evidence));
      assert.ok(logEvidence({ lambda, found: found + 1 }) <= evidence + 1e-9);
      if (found === 0) assert.ok(logEvidence({ lambda: lambda + more, found }) >= evidence);
    }),
  );
});

test('evidence beyond what a double holds is still a number', () => {
  near(logEvidence({ lambda: 5_000, found: 0 }), 5_000 - Math.log(5_000), 1e-6);
});

test('the more accounts are watched, the more evidence an alarm asks for', () => {
  near(Math.exp(logAlarmAt(1)), 100, 1e-9);
  near(Math.exp(logAlarmAt(50, 0.001)), 50_000, 1e-9);
  for (const [accounts, alpha] of [
    [0, 0.1],
    [1, 0],
    [1, 1],
  ] as const)
    assert.throws(() => logAlarmAt(accounts, alpha), BAD_OPTION);
});

test('the tests of a year share the weight, and those that have not begun count as one', () => {
  assert.ok(Math.abs(logMixedEvidence([])) < 1e-12);
  const one = { lambda: 10, found: 0 };
  near(Math.exp(logMixedEvidence([one])), (2202.5 + 11) / 12, 0.001);
  near(Math.exp(logMixedEvidence(Array.from({ length: 12 }, () => one))), 2202.5, 0.001);
  assert.throws(() => logMixedEvidence(Array.from({ length: 13 }, () => one)), BAD_OPTION);
});

test('a test of one fraction ends at its bounds', () => {
  const test = { fraction: 0.5, alpha: 1e-4, beta: 0.05 };
  const { alarmAt, clearAt } = boundsOf(test);
  near(alarmAt, 9.16, 0.001);
  near(clearAt, -3, 0.002);
  const blocks = [0.5, 0.7, 0.9].map((fraction) => Math.round(blocksToAlarm({ ...test, fraction })));
  assert.deepEqual(blocks, [60, 182, 1_770]);
  assert.equal(logRatio({ lambda: 20, found: 0 }, 0.5), 10);
  assert.equal(judgeFraction({ lambda: 20, found: 0 }, test), 'alarm');
  assert.equal(judgeFraction({ lambda: 20, found: 20 }, test), 'clear');
  assert.equal(judgeFraction({ lambda: 20, found: 12 }, test), 'open');
  for (const bad of [0, 1, Number.NaN]) {
    assert.throws(() => judgeFraction({ lambda: 1, found: 1 }, { ...test, fraction: bad }), BAD_OPTION);
    assert.throws(() => boundsOf({ alpha: bad, beta: 0.5 }), BAD_OPTION);
    assert.throws(() => boundsOf({ alpha: 0.5, beta: bad }), BAD_OPTION);
  }
});

test('a sum forgets honest times, and grows from where withholding begins', () => {
  assert.equal(nextSum(0, { lambda: 10, found: 20 }, 0.5), 0);
  assert.equal(nextSum(3, { lambda: 10, found: 0 }, 0.5), 8);
});

test('expected blocks and luck are read off scores', () => {
  assert.equal(expectedBlocks((5n * BLOCK_SCORE) / 2n), 2.5);
  assert.equal(luckOf({ lambda: 4, found: 6 }), 1.5);
  assert.equal(luckOf({ lambda: 0, found: 0 }), undefined);
});

test('counts that are not counts are refused', () => {
  for (const [lambda, k] of [
    [-1, 0],
    [Number.NaN, 0],
    [Number.POSITIVE_INFINITY, 0],
    [1, -1],
    [1, 0.5],
  ] as const) {
    assert.throws(() => chanceOfAtMost(lambda, k), BAD_OPTION);
    assert.throws(() => logEvidence({ lambda, found: k }), BAD_OPTION);
  }
  assert.equal(logProbability(0, 0), 0);
  assert.equal(logProbability(0, 2), Number.NEGATIVE_INFINITY);
});

test('logarithms of factorials meet where the series begins', () => {
  let sum = 0;
  for (let k = 1; k <= 60; k += 1) {
    sum += Math.log(k);
    assert.ok(Math.abs(logFactorial(k) - sum) < 1e-9, `${k}`);
  }
});
