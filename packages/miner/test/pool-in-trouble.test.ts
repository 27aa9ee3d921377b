import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AditError } from '@adit/primitives';
import { until } from '@adit/test-kit/until';
import { startZcashMiner, zcashJob, zcashScript } from './support/miners.ts';
import type { Answer } from './support/scripted-pool.ts';

const REFUSAL: Answer = { error: [24, 'the list of workers cannot be read', null] };

test('the miner leaves a pool that chatters for a minute and gives no job, each time for longer', async (context) => {
  let now = 0;
  const { pool, events } = await startZcashMiner(context, zcashScript(), { now: () => now });
  const lost = () => events.flatMap((event) => (event.kind === 'lost' ? [event] : []));
  for (const round of [1, 2, 3]) {
    await until('it is authorised', () => events.filter(({ kind }) => kind === 'ready').length === round);
    now += 59_000;
    pool.visit.ask('one');
    await until('an answer', () => pool.visit.answered('one'));
    assert.equal(lost().length, round - 1);
    now += 2_000;
    pool.visit.ask('two');
    await until('it leaves', () => lost().length === round);
  }
  assert.deepEqual(
    lost().map(({ cause, pauseMs }) => [cause, pauseMs]),
    [
      ['no_job', 500],
      ['no_job', 1_000],
      ['no_job', 2_000],
    ],
  );
});

test('the line that brings the first job after more than a minute does not end the connection', async (context) => {
  let now = 0;
  const { pool, events } = await startZcashMiner(context, zcashScript(), { now: () => now });
  await until('it is authorised', () => events.some(({ kind }) => kind === 'ready'));
  pool.visit.notify('mining.set_target', ['f'.repeat(64)]);
  pool.visit.ask('target');
  await until('an answer', () => pool.visit.answered('target'));
  now = 70_000;
  const fields = ['04000000', '11'.repeat(32), '22'.repeat(32), '00'.repeat(32), '00000065', '1f07ffff'];
  pool.visit.notify('mining.notify', ['a', ...fields, true]);
  await until('shares', () => pool.visit.shares.length > 0);
  assert.ok(!events.some(({ kind }) => kind === 'lost'));
});

test('a worker that the pool has accepted before and refuses now is tried again, with growing pauses', async (context) => {
  const { pool, events, miner } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method !== 'mining.authorize') return undefined;
      if (pool.visits.length === 2 || pool.visits.length === 3) return REFUSAL;
      setImmediate(() => zcashJob(visit, 'a', true));
      return undefined;
    }),
  );
  await until('shares', () => miner.status().accepted > 0);
  pool.visit.drop();
  await until('it mines again', () => pool.visits.length === 4 && pool.visit.shares.length > 0);
  const lost = events.flatMap((event) => (event.kind === 'lost' ? [event] : []));
  assert.deepEqual(
    lost.map(({ pauseMs }) => pauseMs),
    [500, 1_000, 2_000],
  );
  const [, refused] = lost;
  assert.equal(refused?.cause, 'worker_refused');
  assert.match(refused?.detail ?? '', /the pool refuses alice\.cpu: the list of workers cannot be read/);
});

test('a worker that the pool has never accepted is not tried again', async (context) => {
  const { ended, pool } = await startZcashMiner(
    context,
    zcashScript('01020304', (method) => (method === 'mining.authorize' ? REFUSAL : undefined)),
  );
  const error = await ended;
  assert.ok(error instanceof AditError && error.code === 'ADIT_REFUSED');
  assert.equal(pool.visits.length, 1);
});
