import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OtherDialectError } from '@adit/miner';
import { until } from '@adit/test-kit/until';
import {
  startTrueMiner,
  startZcashMiner,
  trueJob,
  trueScript,
  zcashJob,
  zcashScript,
} from './support/miners.ts';

const HASH = 'cd'.repeat(32);

test('a Zcash miner at a TrueStratum pool ends, and names the dialect of the pool', async (context) => {
  const { ended, pool } = await startZcashMiner(
    context,
    trueScript((method, _params, visit) => {
      if (method === 'mining.authorize') setImmediate(() => trueJob(visit, '0000000a0000', HASH));
      return undefined;
    }),
  );
  const error = await ended;
  assert.ok(error instanceof OtherDialectError);
  assert.deepEqual([error.code, error.dialect], ['ADIT_OTHER_DIALECT', 'truestratum']);
  assert.equal(error.message, 'this pool speaks TrueStratum');
  assert.equal(pool.visits.length, 1);
});

test('a TrueStratum miner at a Zcash pool ends, and names the dialect of the pool, whatever the length of nonce1', async (context) => {
  for (const nonce1 of ['01', '01020304', '00'.repeat(12)]) {
    const { ended, pool } = await startTrueMiner(
      context,
      zcashScript(nonce1, (method, _params, visit) => {
        if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
        return undefined;
      }),
    );
    const error = await ended;
    assert.ok(error instanceof OtherDialectError);
    assert.deepEqual([error.code, error.dialect], ['ADIT_OTHER_DIALECT', 'zcash']);
    assert.equal(error.message, 'this pool speaks the Zcash dialect');
    assert.equal(pool.visits.length, 1);
  }
});

test('a Zcash pool that also sends the lines of TrueStratum is mined', async (context) => {
  const { pool } = await startZcashMiner(
    context,
    zcashScript('01020304', (method, _params, visit) => {
      if (method === 'mining.authorize')
        setImmediate(() => {
          zcashJob(visit, 'a', true);
          visit.notify('mining.set_difficulty', ['f'.repeat(32)]);
          visit.notify('mining.set_difficulty', ['f'.repeat(32)]);
        });
      return undefined;
    }),
  );
  await until('a share', () => pool.visits.length > 0 && pool.visit.shares.length > 0);
});
