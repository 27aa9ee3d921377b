import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MINER_DIALECTS, TrueMiner, ZcashMiner } from '@adit/miner';
import type { Dialect } from '@adit/stratum';
import { SMALL } from './support/miners.ts';

const MINERS = { zcash: ZcashMiner, truestratum: TrueMiner };

test('each dialect has a miner, which takes the settings that concern it', async () => {
  assert.deepEqual(Object.keys(MINER_DIALECTS), Object.keys(MINERS));
  for (const dialect of Object.keys(MINERS) as Dialect[]) {
    const url = { host: '127.0.0.1', port: 1, worker: 'a', password: 'x' };
    const options = { url, threads: 1, agent: 'test', equihash: SMALL, seedsPauseMs: 1 };
    const miner = MINER_DIALECTS[dialect](options, { onEvent: () => {} });
    assert.ok(miner instanceof MINERS[dialect], dialect);
    await miner.stop();
  }
});
