import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chanceBy, effortOf, luckOf, rigStateOf, scoreOf } from '@adit/stats';

const SECOND = 1000;

test('a rig is new until it has ten shares', () => {
  assert.equal(rigStateOf({ shares: 0, silentMs: undefined, gapMs: undefined }), 'new');
  assert.equal(rigStateOf({ shares: 9, silentMs: SECOND, gapMs: 10 * SECOND }), 'new');
  assert.equal(rigStateOf({ shares: 10, silentMs: SECOND, gapMs: 10 * SECOND }), 'online');
});

test('silence counts in gaps of the rig, and never before a minute or five', () => {
  const state = (silent: number, gap: number) =>
    rigStateOf({ shares: 100, silentMs: silent * SECOND, gapMs: gap * SECOND });
  assert.equal(state(59, 1), 'online');
  assert.equal(state(60, 1), 'quiet');
  assert.equal(state(299, 1), 'quiet');
  assert.equal(state(300, 1), 'offline');
  assert.equal(state(839, 120), 'online');
  assert.equal(state(840, 120), 'quiet');
  assert.equal(state(1680, 120), 'offline');
});

test('a rig whose last connection closed five minutes ago is offline', () => {
  const facts = { shares: 100, silentMs: 100 * SECOND, gapMs: 120 * SECOND };
  assert.equal(rigStateOf({ ...facts, closedMs: 299 * SECOND }), 'online');
  assert.equal(rigStateOf({ ...facts, closedMs: 300 * SECOND }), 'offline');
});

test('effort is summed with the target that each share had', () => {
  const target = (weight: bigint) => 2n ** 256n / weight - 1n;
  const score = scoreOf(512n, target(1024n), 'zcash') + scoreOf(512n, target(2048n), 'zcash');
  assert.ok(Math.abs(effortOf(score) - 0.75) < 1e-12);
  assert.equal(scoreOf(512n, null, 'zcash'), 0n);
  assert.ok(Math.abs(chanceBy(Math.LN2) - 0.5) < 1e-12);
});

test('luck comes with its limits', () => {
  const even = luckOf(10, 10);
  assert.equal(even.ratio, 1);
  assert.ok(even.low !== null && even.high !== null && even.low < 0.5 && even.high > 1.8);
  assert.ok(Math.abs(luckOf(0, 3).chance - Math.exp(-3)) < 1e-9);
  assert.equal(luckOf(0, 0).ratio, null);
});
