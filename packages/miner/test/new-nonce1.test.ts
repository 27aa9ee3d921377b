import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '@adit/test-kit/until';
import { startZcashMiner, zcashJob, zcashScript } from './support/miners.ts';
import type { Visit } from './support/scripted-pool.ts';

/** nonce1 has four bytes. */
const script = zcashScript('01020304', (method, _params, visit) => {
  if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
  return undefined;
});

/** The job and the length of nonce2 of all submissions from this one on. */
const named = (visit: Visit, from: number) =>
  new Set(visit.shares.slice(from).map(([, id, , nonce2]) => `${String(id)} ${String(nonce2).length / 2}`));

async function inStep(visit: Visit, id: string): Promise<void> {
  visit.ask(id);
  await until(`an answer to ${id}`, () => visit.answered(id));
}

test('a new nonce1 holds from the next job on: until then the miner goes on with the running job', async (context) => {
  const { pool } = await startZcashMiner(context, script);
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  const { visit } = pool;
  visit.notify('mining.set_extranonce', ['0a0b0c0d0e']);
  await inStep(visit, 'changed');
  const before = visit.shares.length;
  await until('shares of the running job', () => visit.shares.length > before + 3);
  assert.deepEqual([...named(visit, 0)], ['a 28']);
  // The job withdraws the others, although it does not say so: a submission does not name its nonce1.
  zcashJob(visit, 'b', false);
  await inStep(visit, 'next job');
  const after = visit.shares.length;
  await until('shares of the next job', () => visit.shares.length > after + 3);
  assert.deepEqual([...named(visit, after)], ['b 27']);
});

test('a nonce1 that is the same as before does not stop the running job', async (context) => {
  const { pool } = await startZcashMiner(context, script);
  await until('shares', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
  for (let i = 0; i < 3; i += 1) {
    pool.visit.notify('mining.set_extranonce', ['01020304']);
    await inStep(pool.visit, `told ${i}`);
    const sent = pool.visit.shares.length;
    await until('further shares', () => pool.visit.shares.length > sent);
  }
  assert.deepEqual([...named(pool.visit, 0)], ['a 28']);
});
