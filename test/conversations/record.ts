/**
 * Makes the saved conversations of this folder again: our miners, and miners driven by hand, with our pool, through
 * the tap. Run with Node and `--conditions=adit-source`; files that exist are not overwritten.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startTrueChainDevnet, startZcashDevnet } from '@adit/devnet';
import { type MinerEvent, TrueMiner, ZcashMiner } from '@adit/miner';
import type { Dialect } from '@adit/stratum';
import { RecordingFile, Tap } from '@adit/tap';
import { SMALL, startPool, trueChainPool, zcashPool } from '@adit/test-kit/pools';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

/** Looked for in the files afterwards: it must not be there. */
const PASSWORD = 'correct horse battery staple';
const ACCESS = { access: { password: PASSWORD } };
const SHARES = 4;

async function record(
  name: string,
  dialect: Dialect,
  port: number,
  note: string,
  talk: (port: number) => Promise<void>,
): Promise<void> {
  const file = new RecordingFile(path.join(import.meta.dirname, `${name}.jsonl`), {
    adit: 'conversation',
    version: 1,
    dialect,
    startedAt: new Date().toISOString(),
    note,
  });
  const tap = new Tap(
    { listen: { host: '127.0.0.1', port: 0 }, upstream: { host: '127.0.0.1', port } },
    { onEvent: (event) => file.add(event) },
  );
  await talk(await tap.start());
  await until('all connections are closed', () => tap.connections === 0);
  await tap.stop();
  file.close();
  process.stdout.write(`${name}\n`);
}

/** Lets one of our miners work until it has had some shares accepted. */
async function mine(
  make: (onEvent: (event: MinerEvent) => void) => { run(): Promise<void>; stop(): Promise<void> },
): Promise<void> {
  let accepted = 0;
  const miner = make((event) => {
    if (event.kind === 'accepted') accepted += 1;
  });
  const run = miner.run();
  await until('shares are accepted', () => accepted >= SHARES);
  await miner.stop();
  await run;
}

const url = (port: number, worker: string) => ({ host: '127.0.0.1', port, worker, password: PASSWORD });

async function recordZcash(folder: string): Promise<void> {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: 1n << 240n, mempoolSeconds: 0 });
  const weights = { startWeight: 64n, minWeight: 64n };
  const { pool, portOf } = await startPool(folder, [zcashPool([devnet.url], { ...ACCESS, ...weights })]);
  const port = portOf('zcash');
  await record('zcash-miner', 'zcash', port, 'our miner and our pool, Equihash 48,5', (at) =>
    mine(
      (onEvent) =>
        new ZcashMiner(
          { url: url(at, 'alice.rig1'), threads: 1, agent: 'adit/0.1.0', equihash: SMALL.equihash },
          { onEvent },
        ),
    ),
  );
  await record('zcash-refusals', 'zcash', port, 'what our pool refuses, Equihash 48,5', async (at) => {
    const stranger = await ZcashRig.connect(at, SMALL.equihash, 'bob.rig1', { password: 'wrong horse' });
    await stranger.client.request('mining.authorize', ['bob.rig1', `${PASSWORD},d=32`]);
    const { client } = stranger;
    await client.request('mining.extranonce.subscribe', []);
    await client.request('mining.configure', [['version-rolling'], {}]);
    await client.request('mining.no_such_thing', [1, { a: null }]);
    const share = await stranger.solve((value, target) => value <= target);
    await stranger.submit(share);
    await stranger.submit(share, { nonce2: share.nonce2.toUpperCase() });
    await stranger.submit(share, { jobId: 'ffffffff' });
    await stranger.submit(share, { worker: 'mallory' });
    await stranger.submit(share, { time: 'zz' });
    await stranger.submit(share, { solution: '' });
    await stranger.submit(await stranger.solve((value, target) => value > target));
    const session = stranger.sessionId;
    client.close();
    const again = await ZcashRig.connect(at, SMALL.equihash, 'bob.rig1', { session, password: PASSWORD });
    await again.job();
    again.client.end('');
    await until('the pool has closed', () => again.client.ended);
  });
  await pool.stop();
  await devnet.close();
}

async function recordTrueStratum(folder: string): Promise<void> {
  const devnet = await startTrueChainDevnet({
    difficulty: 65536n,
    fruitDifficulty: 16384n,
    fastBlockSeconds: 1,
    minimumFruits: 1,
    startNumber: 11_900,
  });
  const weights = { startWeight: 2048n, minWeight: 2048n };
  const { pool, portOf } = await startPool(folder, [trueChainPool(devnet.url, { ...ACCESS, ...weights })]);
  const port = portOf('truechain');
  await record('truestratum-miner', 'truestratum', port, 'our miner and our pool, TrueHash', (at) =>
    mine(
      (onEvent) => new TrueMiner({ url: url(at, 'carol.cpu'), threads: 1, agent: 'adit/0.1.0' }, { onEvent }),
    ),
  );
  await record('truestratum-refusals', 'truestratum', port, 'what our pool refuses, TrueHash', async (at) => {
    const rig = await TrueRig.connect(at, 'dave');
    await rig.client.request('mining.authorize', ['dave', PASSWORD]);
    const share = await rig.solve((block, fruit, target) => block <= target || fruit <= target);
    await rig.submit(share);
    await rig.submit([share[0], `0x${BigInt(share[1]).toString(16)}`]);
    await rig.submit(['ffffffff0000', '1060']);
    await rig.submit([share[0], '18446744073709551616']);
    await rig.submit(await rig.solve((block, fruit, target) => block > target && fruit > target));
    await rig.submit(share, 'mallory');
    await rig.client.request('mining.seedhash', ['dave', 'no job']);
    rig.client.close();
  });
  await pool.stop();
  await devnet.close();
}

const folder = mkdtempSync(path.join(tmpdir(), 'adit-record-'));
try {
  await recordZcash(path.join(folder, 'zcash'));
  await recordTrueStratum(path.join(folder, 'truechain'));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
