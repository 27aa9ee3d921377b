import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ShareRate } from '../src/miners/share-rate.ts';
import { ShareTally } from '../src/miners/share-tally.ts';

const MINUTE_MS = 60_000;

test('a tally has what was accepted, exactly, what was refused, and when the last share came', () => {
  const tally = new ShareTally(0);
  tally.refuse();
  assert.deepEqual(tally.shown(5), { accepted: 0, refused: 1, weight: 0n, rate: 0, lastShareMs: undefined });
  for (const now of [10_000, 12_000]) tally.accept(1n << 70n, now);
  const { rate, ...shown } = tally.shown(15_000);
  assert.deepEqual(shown, { accepted: 2, refused: 1, weight: 1n << 71n, lastShareMs: 3_000 });
  assert.ok(rate > 0);
});

test('a steady rate is shown from the first minutes on, and fades when the shares end', () => {
  const rate = new ShareRate(0);
  for (let at = 10_000; at <= 5 * MINUTE_MS; at += 10_000) rate.add(1_000, at);
  assert.ok(Math.abs(rate.perSecond(5 * MINUTE_MS) - 100) < 2, String(rate.perSecond(5 * MINUTE_MS)));
  for (let at = 5 * MINUTE_MS + 10_000; at <= 60 * MINUTE_MS; at += 10_000) rate.add(1_000, at);
  assert.ok(Math.abs(rate.perSecond(60 * MINUTE_MS) - 100) < 2);
  assert.ok(rate.perSecond(90 * MINUTE_MS) < 10);
});

test('a rate follows a change within half an hour, and is a number from the first moment on', () => {
  const rate = new ShareRate(0);
  assert.equal(rate.perSecond(0), 0);
  for (let at = 10_000; at <= 60 * MINUTE_MS; at += 10_000) rate.add(1_000, at);
  for (let at = 60 * MINUTE_MS + 10_000; at <= 90 * MINUTE_MS; at += 10_000) rate.add(4_000, at);
  assert.ok(Math.abs(rate.perSecond(90 * MINUTE_MS) - 400) < 25);
});
