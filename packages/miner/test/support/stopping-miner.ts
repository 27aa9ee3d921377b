// A process of its own: it ends by itself only if a stopped miner leaves no thread and no timer.
import { TrueMiner, ZcashMiner } from '@adit/miner';
import { EPOCH0_DATASET_HASH } from '@adit/pow';
import { until } from '@adit/test-kit/until';
import { SMALL, trueJob, trueScript, zcashJob, zcashScript } from './miners.ts';
import { ScriptedPool } from './scripted-pool.ts';

const when = process.argv[2] ?? '';
const missing = 'cd'.repeat(32);
const seeds = Array.from({ length: 10_240 }, () => '00'.repeat(16));
const pool = await ScriptedPool.start(
  when === 'zcash'
    ? zcashScript('01020304', (method, _params, visit) => {
        if (method === 'mining.authorize') setImmediate(() => zcashJob(visit, 'a', true));
        return undefined;
      })
    : trueScript((method, _params, visit) => {
        const hash = when === 'building' ? missing : EPOCH0_DATASET_HASH;
        if (method === 'mining.authorize') setImmediate(() => trueJob(visit, '0000000a0000', hash));
        return method === 'mining.seedhash' ? { result: [seeds, missing] } : undefined;
      }),
);
const options = {
  url: { host: '127.0.0.1', port: pool.port, worker: 'a', password: 'x' },
  threads: 2,
  agent: 'test',
};
const modules = { onEvent: () => {} };
const miner =
  when === 'zcash'
    ? new ZcashMiner({ ...options, equihash: SMALL }, modules)
    : new TrueMiner(options, modules);
const run = miner.run();
const wanted = when === 'building' ? 'mining.seedhash' : 'mining.submit';
if (when !== 'early') {
  await until(wanted, () => pool.visits[0]?.messages.some(({ method }) => method === wanted) === true);
}
await miner.stop();
await run;
await pool.stop();
process.stdout.write('ended');
