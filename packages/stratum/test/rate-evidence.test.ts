import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RateEvidence } from '../src/rate-evidence.ts';
import { weightOnGrid } from '../src/weight-grid.ts';

test('a rate is shares over exposure, whatever weights they had', () => {
  const evidence = new RateEvidence();
  assert.equal(evidence.rate, 0);
  evidence.add(10, 1000 / 50);
  assert.equal(evidence.rate, 0.5);
  evidence.add(0, 20);
  assert.equal(evidence.rate, 0.25);
});

test('evidence of more than 300 shares fades, and the rate stays', () => {
  const evidence = new RateEvidence();
  for (let i = 0; i < 1000; i += 1) evidence.add(1, 4);
  assert.equal(evidence.shares, 300);
  assert.ok(Math.abs(evidence.rate - 0.25) < 1e-12);
});

test('no shares speak against a rate by as much as it would have brought', () => {
  const evidence = new RateEvidence();
  evidence.add(0, 30);
  assert.equal(evidence.against(0.1), 3);
  evidence.add(3, 0);
  assert.ok(Math.abs(evidence.against(0.1)) < 1e-12);
});

test('the test sees a doubled and a halved rate, and tells the rate since; it does not see the known rate', () => {
  for (const [shares, seen] of [
    [2, true],
    [1, false],
    [0.5, true],
  ] as const) {
    const evidence = new RateEvidence();
    evidence.add(300, 300);
    let since: number | undefined;
    for (let i = 0; i < 60 && since === undefined; i += 1) {
      evidence.test(shares, 1);
      evidence.add(shares, 1);
      since = evidence.changed(5);
    }
    assert.equal(since, seen ? shares : undefined);
  }
});

test('evidence comes back if the doubt was wrong, and is gone if it was right', () => {
  for (const [shares, kept] of [
    [21, 121],
    [40, 40],
  ] as const) {
    const evidence = new RateEvidence();
    evidence.add(100, 100);
    evidence.doubt();
    assert.equal(evidence.shares, 0);
    evidence.add(shares, 20);
    evidence.reconcile(0.6);
    assert.equal(evidence.shares, kept);
    evidence.forget();
    evidence.add(1, 1);
    assert.equal(evidence.agrees(9), false);
  }
});

test('the grid has 64 steps in an octave, whole numbers below 128, and nothing below 1', () => {
  for (const [value, weight] of [
    [Number.NaN, 1n],
    [-5, 1n],
    [0, 1n],
    [1.4, 1n],
    [99.6, 100n],
    [128.9, 128n],
    [129.1, 130n],
    [255.5, 256n],
    [1e6, 999_424n],
    [2 ** 60 - 1, 1n << 60n],
    [Number.POSITIVE_INFINITY, undefined],
  ] as const) {
    if (weight !== undefined) assert.equal(weightOnGrid(value), weight);
    else assert.ok(weightOnGrid(value) > 1n << 200n);
  }
});

test('a long time at the known rate does not delay the moment when another rate is seen', () => {
  for (const [shares, looks] of [
    [2, 13],
    [0.5, 33],
  ] as const) {
    const evidence = new RateEvidence();
    evidence.add(300, 300);
    for (let i = 0; i < 200; i += 1) evidence.test(1, 1);
    let seen: number | undefined;
    let look = 0;
    for (; look < 100 && seen === undefined; look += 1) {
      evidence.test(shares, 1);
      seen = evidence.changed(5);
    }
    // The rate since the change, without the time before it, and as soon as without that time.
    assert.deepEqual([seen, look], [shares, looks]);
  }
});
