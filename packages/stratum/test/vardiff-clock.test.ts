import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Vardiff } from '../src/index.ts';
import { connected, OPTIONS } from './vardiff-simulation.ts';

// Silence counts only while the miner has a job that it could answer.

/** Lets a number of seconds pass without a share; changes take effect at once. @returns the wanted weights */
function wait(vardiff: Vardiff, from: number, seconds: number): bigint[] {
  const wanted: bigint[] = [];
  for (let second = 1; second <= seconds; second += 1) {
    const weight = vardiff.retarget((from + second) * 1000);
    if (weight === undefined) continue;
    wanted.push(weight);
    vardiff.granted(weight, (from + second) * 1000);
  }
  return wanted;
}

/** A miner at a known rate. @returns the second */
function settle(vardiff: Vardiff): number {
  for (let second = 1; second <= 600; second += 1) {
    const shares = 1000 / Number(vardiff.weight);
    for (let i = Math.floor(second * shares) - Math.floor((second - 1) * shares); i > 0; i -= 1)
      vardiff.onShare(vardiff.weight);
    const weight = vardiff.retarget(second * 1000);
    if (weight !== undefined) vardiff.granted(weight, second * 1000);
  }
  return 600;
}

test('the weight does not move before the first job, however late it comes, and the search begins with that job', () => {
  const vardiff = new Vardiff(OPTIONS, 0);
  assert.deepEqual(wait(vardiff, 0, 3600), []);
  vardiff.working(3_600_000);
  assert.deepEqual(wait(vardiff, 3600, 600), []);
  vardiff.granted(OPTIONS.startWeight, 4_200_000);
  assert.deepEqual(wait(vardiff, 4200, 6), []);
  assert.deepEqual(wait(vardiff, 4206, 1), [1248n]);
});

test('the clock stands still in an outage and goes on with the work', () => {
  const vardiff = connected();
  assert.deepEqual(wait(vardiff, 0, 4), []);
  vardiff.idle(4_000);
  assert.deepEqual(wait(vardiff, 4, 300), []);
  vardiff.working(304_000);
  assert.deepEqual(wait(vardiff, 304, 2), []);
  assert.deepEqual(wait(vardiff, 306, 1), [1248n]);
});

test('a job that comes in an outage ends it', () => {
  const vardiff = connected();
  vardiff.idle(0);
  assert.deepEqual(wait(vardiff, 0, 60), []);
  vardiff.granted(OPTIONS.startWeight, 60_000);
  assert.deepEqual(wait(vardiff, 60, 7), [1248n]);
});

test('shares for stale work in an outage are no evidence of a rate', () => {
  const vardiff = connected();
  settle(vardiff);
  vardiff.idle(600_000);
  for (let i = 0; i < 500; i += 1) vardiff.onShare(vardiff.weight);
  assert.deepEqual(wait(vardiff, 600, 60), []);
  vardiff.working(660_000);
  assert.deepEqual(wait(vardiff, 660, 30), []);
});

test('hours without work change nothing of a known rate', () => {
  const vardiff = connected();
  const now = settle(vardiff);
  const { weight } = vardiff;
  vardiff.idle(now * 1000);
  assert.deepEqual(wait(vardiff, now, 7200), []);
  vardiff.working((now + 7200) * 1000);
  assert.deepEqual(wait(vardiff, now + 7200, 60), []);
  assert.equal(vardiff.weight, weight);
});

test('no time counts between two connections of a session, until the first job of the second connection', () => {
  const vardiff = connected();
  const now = settle(vardiff);
  vardiff.resumed((now + 100) * 1000);
  vardiff.working((now + 100) * 1000);
  assert.deepEqual(wait(vardiff, now + 100, 600), []);
  vardiff.granted(vardiff.weight, (now + 700) * 1000);
  assert.deepEqual(wait(vardiff, now + 700, 60), []);
  assert.equal(wait(vardiff, now + 760, 60).length, 1);
});
