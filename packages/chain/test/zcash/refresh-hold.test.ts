import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zcashChain } from '../../src/zcash/chains.ts';
import { RefreshHold } from '../../src/zcash/refresh-hold.ts';
import { workFromTemplate, type ZcashWork } from '../../src/zcash/work.ts';
import { type SampleOptions, sampleTemplate } from './sample-template.ts';
import { VirtualClock } from './virtual-clock.ts';

const CHAIN = zcashChain('zcash');
const NAMES = new WeakMap<ZcashWork, string>();

/** Each letter is a transaction. */
function work(height: number, letters: string, more: SampleOptions = {}): ZcashWork {
  const transactions = [...letters].map((letter) => new TextEncoder().encode(letter));
  const made = workFromTemplate(sampleTemplate({ height, transactions, ...more }), CHAIN);
  NAMES.set(made, `${height}${letters}`);
  return made;
}

function setUp(refreshMs: number) {
  const clock = new VirtualClock();
  const given: string[] = [];
  const hold = new RefreshHold(
    { refreshMs },
    {
      onWork: (work, { newTip, news }) => {
        assert.equal(newTip, news === 'tip');
        given.push(`${news} ${NAMES.get(work)} @${clock.time}`);
      },
      sleep: clock.sleep,
      now: clock.now,
    },
  );
  return { clock, given, hold };
}

test('a new tip goes out at once, and other transactions when their time has come, the newest work only', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'a'));
  await clock.advance(5_000);
  hold.offer(work(1, 'ab'));
  await clock.advance(5_000);
  hold.offer(work(1, 'abc'));
  assert.deepEqual(given, ['tip 1a @0']);
  await clock.advance(20_000);
  assert.deepEqual(given, ['tip 1a @0', 'content 1abc @20000']);
  hold.offer(work(2, 'd'));
  assert.deepEqual(given.at(-1), 'tip 2d @30000');
});

test('waiting work is dropped when the tip changes, or the source stops', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'a'));
  hold.offer(work(1, 'ab'));
  hold.offer(work(2, 'c'));
  await clock.advance(15_000);
  hold.offer(work(2, 'cd'));
  hold.stop();
  await clock.advance(60_000);
  assert.deepEqual(given, ['tip 1a @0', 'tip 2c @0']);
});

test('the empty template of a new tip waits 100 ms for the full one if the former tip had transactions', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'a'));
  hold.offer(work(2, ''));
  assert.ok(hold.wantsTransactions);
  await clock.advance(7);
  hold.offer(work(2, 'b'));
  assert.ok(!hold.wantsTransactions);
  await clock.advance(1_000);
  assert.deepEqual(given, ['tip 1a @0', 'tip 2b @7'], 'nobody has seen the empty one');
  hold.offer(work(3, ''));
  await clock.advance(99);
  assert.equal(given.length, 2);
  await clock.advance(1);
  assert.deepEqual(given.at(-1), 'tip 3 @1107');
  await clock.advance(4_200);
  hold.offer(work(3, 'c'));
  assert.deepEqual(given.at(-1), 'filled 3c @5307');
});

test('the empty template goes out at once if the former tip had no transactions', () => {
  const { given, hold } = setUp(20_000);
  hold.offer(work(1, ''));
  hold.offer(work(2, ''));
  assert.deepEqual(given, ['tip 1 @0', 'tip 2 @0']);
});

test('a new tip gets 100 ms of its own even if the former one still waits, and a second empty template gets none', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'a'));
  hold.offer(work(2, ''));
  await clock.advance(60);
  hold.offer(work(3, ''));
  await clock.advance(60);
  hold.offer(work(3, '', { curtime: 1_790_000_040 }));
  await clock.advance(39);
  assert.equal(given.length, 1);
  await clock.advance(1);
  assert.deepEqual(given.at(-1), 'tip 3 @160');
});

test('a tip that returns while another one waits is not a new tip', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'a'));
  hold.offer(work(2, ''));
  await clock.advance(50);
  hold.offer(work(1, 'ab'));
  await clock.advance(30_000);
  assert.deepEqual(given, ['tip 1a @0', 'content 1ab @20000']);
});

test('another order goes out every four seconds, and does not delay other transactions', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'abc'));
  for (let second = 1; second < 20; second += 1) {
    await clock.advance(1_000);
    hold.offer(work(1, second % 2 === 0 ? 'bac' : 'cab'));
  }
  assert.deepEqual(
    given.map((text) => text.replace(/(?<=order 1)\w+/, '')),
    ['tip 1abc @0', 'order 1 @4000', 'order 1 @8000', 'order 1 @12000', 'order 1 @16000'],
  );
  hold.offer(work(1, 'abcd'));
  await clock.advance(1_000);
  assert.deepEqual(given.at(-1), 'content 1abcd @20000');
});

test('transactions that disappear while they wait do not go out', async () => {
  const { clock, given, hold } = setUp(20_000);
  hold.offer(work(1, 'ab'));
  await clock.advance(1_000);
  hold.offer(work(1, 'abx'));
  await clock.advance(1_000);
  hold.offer(work(1, 'ba'));
  await clock.advance(60_000);
  assert.deepEqual(given, ['tip 1ab @0', 'order 1ba @4000']);
});

test('work from another node does not wait', () => {
  const { given, hold } = setUp(20_000);
  hold.offer(work(1, 'a'));
  hold.offer(work(1, 'ab'), true);
  hold.offer(work(1, 'ba'), true);
  assert.deepEqual(given, ['tip 1a @0', 'content 1ab @0', 'order 1ba @0']);
});

test('without an interval everything goes out as it comes', () => {
  const { given, hold } = setUp(0);
  hold.offer(work(1, 'a'));
  hold.offer(work(1, 'ab'));
  hold.offer(work(1, 'ba'));
  assert.deepEqual(given, ['tip 1a @0', 'content 1ab @0', 'order 1ba @0']);
});
