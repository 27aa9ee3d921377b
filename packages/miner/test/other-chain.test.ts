import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OtherChainError } from '@adit/miner';
import { until } from '@adit/test-kit/until';
import { startZcashMiner, zcashJob, zcashScript } from './support/miners.ts';
import type { Answer } from './support/scripted-pool.ts';

const NO: Answer = { error: [20, 'Bad solution encoding', null] };

/** A pool whose jobs say what they are for, and that answers shares as told. */
const pool = (extras: readonly unknown[], toShares: () => Answer | undefined = () => undefined) =>
  zcashScript('01020304', (method, _params, visit) => {
    if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true, extras));
    return method === 'mining.submit' ? toShares() : undefined;
  });

test('a job for another Equihash ends the miner before it mines, with both named', async (context) => {
  const { ended, events, pool: asked } = await startZcashMiner(context, pool(['144_5', 'BgoldPoW']));
  const error = await ended;
  assert.ok(error instanceof OtherChainError);
  assert.equal(error.code, 'ADIT_OTHER_CHAIN');
  assert.match(
    error.message,
    /jobs of this pool are for Equihash 144,5 "BgoldPoW", and this miner solves 48,5 "ZcashPoW"/,
  );
  assert.deepEqual(error.wanted, { n: 144, k: 5, personalization: 'BgoldPoW' });
  assert.equal(asked.visits.flatMap(({ shares }) => shares).length, 0);
  assert.ok(!events.some(({ kind }) => kind === 'share_sent'));
});

test('a job for the same parameters under another personalization ends the miner before it mines', async (context) => {
  const { ended, pool: asked } = await startZcashMiner(context, pool(['48_5', 'OtherPoW']));
  const error = await ended;
  assert.ok(error instanceof OtherChainError);
  assert.match(error.message, /for Equihash 48,5 "OtherPoW", and this miner solves 48,5 "ZcashPoW"/);
  assert.equal(asked.visits.flatMap(({ shares }) => shares).length, 0);
});

test('a pool that names the parameters alone is taken at its word', async (context) => {
  const { pool: asked } = await startZcashMiner(context, pool(['48_5']));
  await until('shares', () => asked.visits.length > 0 && asked.visit.shares.length > 0);
});

test('a pool that names no Equihash means 200,9: where it refuses all first shares the miner ends too', async (context) => {
  const { ended } = await startZcashMiner(
    context,
    pool([], () => NO),
  );
  const error = await ended;
  assert.ok(error instanceof OtherChainError);
  assert.match(error.message, /for Equihash 200,9, and this miner solves 48,5, .*"Bad solution encoding"/);
});

test('refusals after a share that was accepted, or under the right Equihash, end nothing', async (context) => {
  let answers = 0;
  const first = () => {
    answers += 1;
    return answers === 1 ? undefined : NO;
  };
  for (const script of [pool([], first), pool(['48_5', 'ZcashPoW', 7, null], () => NO)]) {
    const { pool: asked, miner } = await startZcashMiner(context, script);
    const refused = () => [...miner.status().rejected.values()].reduce((sum, count) => sum + count, 0);
    await until('many refusals', () => asked.visits.length > 0 && refused() >= 20);
  }
});
