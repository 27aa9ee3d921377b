import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NodeStatus } from '../src/status.ts';
import { StatusLine } from '../src/status-line.ts';

function setUp() {
  const clock = { ms: 0 };
  const told: NodeStatus[] = [];
  const news: string[] = [];
  const line = new StatusLine('a', {
    onStatus: (status, isNews) => {
      told.push(status);
      if (isNews) news.push(status.detail);
    },
    now: () => clock.ms,
  });
  return { clock, told, news, line, details: () => told.map(({ detail }) => detail) };
}

test('a node that stays down is reported once, and again when the cause changes', () => {
  const { clock, line, details } = setUp();
  for (; clock.ms < 60_000; clock.ms += 300) {
    line.say({
      state: 'down',
      cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED',
      detail: 'it does not answer: it cannot be reached: ECONNREFUSED 127.0.0.1:8232',
    });
    line.say({
      state: 'down',
      cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED',
      detail: 'it cannot be reached: ECONNREFUSED 127.0.0.1:8232',
    });
  }
  assert.equal(details().length, 1);
  line.say({
    state: 'down',
    cause: 'ADIT_RPC_UNREACHABLE:ECONNRESET',
    detail: 'it cannot be reached: socket hang up',
  });
  assert.deepEqual(details().slice(1), ['it cannot be reached: socket hang up']);
});

test('alternating causes are reported every five seconds, and a change of state at once', () => {
  const { clock, line, told } = setUp();
  for (; clock.ms < 60_000; clock.ms += 300) {
    line.say({ state: 'down', cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED', detail: 'refused' });
    line.say({ state: 'down', cause: 'ADIT_RPC_UNREACHABLE:ECONNRESET', detail: 'hung up' });
  }
  assert.ok(told.length >= 10 && told.length <= 13, String(told.length));
  line.say({ state: 'syncing', cause: 'ADIT_RPC_ERROR:-28', detail: 'loading', height: 7 });
  assert.equal(told.at(-1)?.state, 'syncing');
  line.say({ state: 'down', cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED', detail: 'refused' });
  assert.equal(told.at(-1)?.state, 'down');
});

test('the progress of a node that catches up is reported every five seconds, not at every block', () => {
  const { clock, line, told } = setUp();
  for (let height = 0; height < 1_000; height += 1) {
    clock.ms += 100;
    line.say({
      state: 'syncing',
      cause: 'behind',
      detail: `${1_000 - height} blocks behind`,
      height,
      lag: 1_000 - height,
    });
  }
  assert.ok(told.length >= 19 && told.length <= 21, String(told.length));
  assert.ok((told.at(-1)?.lag ?? 0) < 100);
});

test('a lying node and a node of another network are reported once, whatever their latency', () => {
  for (const state of ['lying', 'wrong_network'] as const) {
    const { clock, line, told } = setUp();
    for (; clock.ms < 60_000; clock.ms += 300) {
      line.say({ state, cause: 'contradiction', detail: 'so', latencyMs: 3 });
      line.latency(3);
    }
    assert.equal(told.length, 1);
  }
});

test('the latency of a ready node is reported every ten seconds, with its present lag', () => {
  const { clock, line, told } = setUp();
  for (; clock.ms < 30_000; clock.ms += 300) {
    line.say({
      state: 'ready',
      cause: 'reserve',
      detail: 'in reserve',
      height: 7,
      lag: clock.ms === 0 ? 0 : 1,
      latencyMs: 3,
    });
  }
  assert.deepEqual(
    told.map(({ lag }) => lag),
    [0, 1, 1],
  );
});

test('a node that serves is news once, whatever its heights and latencies, and again when it comes back', () => {
  const { clock, line, told, news } = setUp();
  for (let height = 1; height <= 20; height += 1) {
    line.say({
      state: 'ready',
      cause: 'serves',
      detail: `serves templates of height ${height}`,
      height,
      lag: 0,
      latencyMs: 3,
    });
    for (let looks = 0; looks < 100; looks += 1, clock.ms += 300) line.latency(3);
  }
  assert.ok(told.length >= 40, 'the status goes on');
  assert.deepEqual(news, ['serves templates of height 1']);
  line.say({ state: 'down', cause: 'ADIT_RPC_UNREACHABLE:ECONNREFUSED', detail: 'refused' });
  line.say({ state: 'ready', cause: 'serves', detail: 'serves templates of height 20', height: 20 });
  assert.deepEqual(news.slice(1), ['refused', 'serves templates of height 20']);
  line.say({ state: 'ready', cause: 'reserve', detail: 'in reserve', height: 20 });
  assert.equal(news.length, 4);
});

test('the progress of a node that catches up is not news, and another number in a fault is', () => {
  const { clock, line, news } = setUp();
  for (let lag = 500; lag > 0; lag -= 1, clock.ms += 300)
    line.say({
      state: 'syncing',
      cause: 'behind',
      detail: `in reserve, ${lag} blocks behind`,
      height: 500 - lag,
      lag,
    });
  assert.deepEqual(news, ['in reserve, 500 blocks behind']);
  line.say({ state: 'lying', cause: 'contradiction', detail: 'its template has version 4' });
  line.say({ state: 'lying', cause: 'contradiction', detail: 'its template has version 5' });
  assert.equal(news.length, 3);
});
