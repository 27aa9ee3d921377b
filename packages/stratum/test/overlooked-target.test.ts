import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OverlookedTarget } from '../src/index.ts';

/** Refuses a number of shares, one per second. @returns the shares after which the miner is to be told */
function refuse(
  seen: OverlookedTarget,
  from: number,
  count: number,
  job: bigint,
  achieved: bigint,
): number[] {
  const told: number[] = [];
  for (let i = 1; i <= count; i += 1) if (seen.refused(job, achieved, (from + i) * 1000)) told.push(i);
  return told;
}

test('a miner that goes on with the former target is told once, when it has lost twenty shares', () => {
  const seen = new OverlookedTarget(100n, 800n, 0);
  assert.equal(seen.lasts, false);
  assert.deepEqual(refuse(seen, 30, 895, 800n, 150n), [20]);
  assert.equal(seen.lasts, true);
});

test('shares that come while a target is on its way do not count against the miner', () => {
  const seen = new OverlookedTarget(100n, 800n, 0);
  for (let i = 0; i < 500; i += 1) assert.equal(seen.refused(800n, 150n, 29_999), false);
  seen.granted(900n, 60_000);
  assert.deepEqual(refuse(seen, 60, 29, 900n, 150n), []);
  assert.equal(seen.lasts, false);
});

test('shares that miss the former target too, or whose job is not harder, show another fault', () => {
  const seen = new OverlookedTarget(100n, 800n, 0);
  assert.deepEqual(refuse(seen, 60, 100, 800n, 99n), []);
  assert.deepEqual(refuse(seen, 200, 100, 100n, 100n), []);
});

test('a miner that overlooks one target overlooks the next ones too', () => {
  const seen = new OverlookedTarget(100n, 200n, 0);
  refuse(seen, 30, 10, 200n, 100n);
  seen.granted(400n, 45_000);
  seen.granted(800n, 46_000);
  assert.deepEqual(refuse(seen, 76, 30, 800n, 100n), [10]);
});

test('a miner that follows its targets is compared with the target before, not with one of long ago', () => {
  const seen = new OverlookedTarget(100n, 200n, 0);
  seen.granted(400n, 40_000);
  assert.deepEqual(refuse(seen, 80, 100, 400n, 150n), []);
  assert.deepEqual(refuse(seen, 180, 20, 400n, 250n), [20]);
});

test('a card that sometimes makes a fault is not told, and a miner that uses its target again no longer counts', () => {
  const seen = new OverlookedTarget(100n, 800n, 0);
  for (let i = 0; i < 1000; i += 1) {
    seen.accepted();
    if (i % 40 === 0) assert.equal(seen.refused(800n, 150n, 60_000 + i), false);
  }
  const other = new OverlookedTarget(100n, 800n, 0);
  refuse(other, 30, 20, 800n, 150n);
  for (let i = 0; i < 99; i += 1) other.accepted();
  assert.equal(other.lasts, true);
  other.accepted();
  assert.equal(other.lasts, false);
});
