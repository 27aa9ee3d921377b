import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PoolEvent } from '../src/events.ts';
import { MinerBook } from '../src/miners/miner-book.ts';
import { ShareRate } from '../src/miners/share-rate.ts';

const MINUTE_MS = 60_000;
const AT = { chain: 'zcash', port: 'asic', connection: 1, worker: 'alice.rig1' } as const;
const LOGIN: PoolEvent = {
  kind: 'authorized',
  port: 'asic',
  address: '10.0.0.1',
  connection: 1,
  worker: 'alice.rig1',
};
const SHARE: PoolEvent = { kind: 'share_accepted', ...AT, weight: 8192n, ms: 1 };
const refusal = (submission: boolean): PoolEvent => ({
  kind: 'refused',
  ...AT,
  reason: 'low_difficulty',
  detail: '',
  submission,
  ms: 0,
});

test('a worker is listed from its login to the end of its connection, with what it was credited and refused', () => {
  const book = new MinerBook();
  book.onEvent(LOGIN, 0);
  book.onEvent({ ...LOGIN, worker: 'alice.rig2' }, 1_000);
  book.onEvent(LOGIN, 2_000);
  for (const event of [SHARE, SHARE, refusal(true), refusal(false)]) book.onEvent(event, 10_000);
  const [first, second, ...more] = book.list(15_000);
  assert.deepEqual(more, []);
  assert.deepEqual(
    { ...first, rate: 0 },
    {
      worker: 'alice.rig1',
      port: 'asic',
      connection: 1,
      address: '10.0.0.1',
      sinceMs: 15_000,
      accepted: 2,
      refused: 1,
      weight: 16_384n,
      rate: 0,
      lastShareMs: 5_000,
    },
  );
  assert.deepEqual(
    [second?.worker, second?.sinceMs, second?.accepted, second?.rate, second?.lastShareMs],
    ['alice.rig2', 14_000, 0, 0, undefined],
  );
  book.onEvent(
    { kind: 'disconnected', port: 'asic', address: '10.0.0.1', connection: 1, cause: 'left', detail: '' },
    16_000,
  );
  assert.deepEqual(book.list(16_000), []);
});

test('shares of workers that are not listed, after their end for one, are no fault', () => {
  const book = new MinerBook();
  book.onEvent(SHARE, 0);
  book.onEvent(refusal(true), 0);
  assert.deepEqual(book.list(1), []);
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
