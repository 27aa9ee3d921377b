import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefreshHold } from '../../src/zcash/refresh-hold.ts';
import type { ZcashWork } from '../../src/zcash/work.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Only what the hold looks at. */
function work(id: string, empty = false): ZcashWork {
  return { id, empty } as unknown as ZcashWork;
}

function setUp(refreshMs: number) {
  const clock = new VirtualClock();
  const given: string[] = [];
  const hold = new RefreshHold(
    { refreshMs },
    {
      onWork: ({ id }, { newTip }) => given.push(`${id}${newTip ? '!' : ''}@${clock.time}`),
      sleep: clock.sleep,
      now: clock.now,
    },
  );
  return { clock, given, hold };
}

test('a new tip goes out at once, other transactions when their time has come, the newest of them', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work('a'), true);
  await clock.advance(5_000);
  hold.offer(work('a2'), false);
  await clock.advance(5_000);
  hold.offer(work('a3'), false);
  assert.deepEqual(given, ['a!@0']);
  await clock.advance(20_000);
  assert.deepEqual(given, ['a!@0', 'a3@20000']);
  hold.offer(work('b'), true);
  assert.deepEqual(given.at(-1), 'b!@30000');
});

test('what waits is forgotten when the tip changes, or everything stops', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work('a'), true);
  hold.offer(work('a2'), false);
  hold.offer(work('b'), true);
  await clock.advance(15_000);
  hold.offer(work('b2'), false);
  hold.stop();
  await clock.advance(60_000);
  assert.deepEqual(given, ['a!@0', 'b!@0']);
});

test('the full template after the empty one of a new tip does not wait', () => {
  const { given, hold } = setUp(20_000);
  hold.offer(work('empty', true), true);
  hold.offer(work('full'), false);
  assert.deepEqual(given, ['empty!@0', 'full@0']);
});

test('without an interval everything goes out as it comes', () => {
  const { given, hold } = setUp(0);
  hold.offer(work('a'), true);
  hold.offer(work('a2'), false);
  assert.deepEqual(given, ['a!@0', 'a2@0']);
});
