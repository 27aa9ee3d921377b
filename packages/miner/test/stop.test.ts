import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { test } from 'node:test';
import { TrueMiner } from '@adit/miner';
import { LineClient } from '@adit/test-kit/line-client';
import { ScriptedPool } from './support/scripted-pool.ts';

for (const [when, words] of [
  ['zcash', 'while it solves Equihash'],
  ['hashing', 'while it hashes'],
  ['building', 'while it rebuilds a dataset'],
  ['early', 'before it has a connection'],
] as const) {
  test(`stop() ends all threads and timers ${words}: the process ends by itself`, () => {
    const script = path.join(import.meta.dirname, 'support', 'stopping-miner.ts');
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--conditions=adit-source', script, when],
      { encoding: 'utf8', timeout: 120_000 },
    );
    assert.deepEqual([status, stdout], [0, 'ended'], stderr);
  });
}

test('a miner that was stopped before it ran never connects', async () => {
  const pool = await ScriptedPool.start(() => ({ result: true }));
  const miner = new TrueMiner(
    { url: { host: '127.0.0.1', port: pool.port, worker: 'a', password: 'x' }, threads: 1, agent: 'test' },
    { onEvent: () => {} },
  );
  await miner.stop();
  await miner.run();
  // A miner that had begun to connect would be there before this client.
  const witness = await LineClient.connect(pool.port);
  await witness.request('mining.subscribe', []);
  assert.equal(pool.visits.length, 1);
  witness.close();
  await pool.stop();
});

test('run() ends with ADIT_NO_POOL when all allowed attempts find no pool', async () => {
  const pool = await ScriptedPool.start(() => 'silence');
  const { port } = pool;
  await pool.stop();
  const lost: number[] = [];
  const miner = new TrueMiner(
    {
      url: { host: '127.0.0.1', port, worker: 'a', password: 'x' },
      threads: 1,
      agent: 'test',
      firstAttempts: 2,
    },
    {
      onEvent: (event) => {
        if (event.kind === 'lost') lost.push(event.pauseMs);
      },
      random: () => 0,
    },
  );
  await assert.rejects(miner.run(), { code: 'ADIT_NO_POOL' });
  assert.equal(lost.length, 1);
});
