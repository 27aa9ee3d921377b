import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type DampingShape, dampedCoefficient, dampingCurve } from '../src/schemes/damping.ts';
import { COEFFICIENT_ONE } from '../src/schemes/pps-credit.ts';

const AT_MINUS_ONE: Readonly<Record<DampingShape, string>> = {
  tanh: '-0.762',
  clamp: '-1.000',
  cubic: '-1.000',
  rational: '-0.500',
  root: '-0.707',
  arctangent: '-0.500',
  exponential: '-0.632',
};
const SHAPES = Object.keys(AT_MINUS_ONE) as DampingShape[];
const DAMPING = { shape: 'clamp', up: 0.1, down: 0.5, scaleBlocks: 10 } as const;

test('the curves have their values, rise, and stay between -1 and 1', () => {
  for (const shape of SHAPES) {
    assert.equal(dampingCurve(shape, -1).toFixed(3), AT_MINUS_ONE[shape], shape);
    assert.equal(dampingCurve(shape, 0), 0);
    assert.equal(dampingCurve(shape, 0.5), -dampingCurve(shape, -0.5));
    let before = -1;
    for (let x = -5; x <= 5; x += 0.25) {
      const value = dampingCurve(shape, x);
      assert.ok(value >= before && value <= 1, shape);
      before = value;
    }
  }
});

test('a small reserve lowers the price and a large one raises it, each by its own strength', () => {
  const at = (balance: bigint) => dampedCoefficient(DAMPING, balance, 1_000n, 50n);
  assert.equal(at(1_000n), COEFFICIENT_ONE);
  assert.equal(at(1_500n), 1_100_000_000n);
  assert.equal(at(1_250n), 1_050_000_000n);
  assert.equal(at(500n), 500_000_000n);
  assert.equal(at(-9_000n), 500_000_000n);
});

test('strengths, scales and rewards out of their bounds are refused', () => {
  for (const bad of [
    { up: -0.1 },
    { down: -1 },
    { down: 1.5 },
    { up: 2 },
    { scaleBlocks: 0 },
    { scaleBlocks: Number.NaN },
  ])
    assert.throws(() => dampedCoefficient({ ...DAMPING, ...bad }, 1n, 1n, 1n), { code: 'ADIT_BAD_OPTION' });
  assert.throws(() => dampedCoefficient(DAMPING, 1n, 1n, 0n), { code: 'ADIT_BAD_OPTION' });
});
