import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import { runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

const BLOCK_TARGET = 1n << 248n;

/** An old process with a rig that stays with it, and a new one that has taken its ports. */
async function upgraded(context: TestContext, devnet: ZcashDevnet, drainSeconds: number) {
  const folder = temporaryFolder(context);
  const pool = await startPoolProcess(
    folder,
    poolToml([zcashToml(devnet.url, { chain: { name: 'z' }, ports: [{ name: 'asic' }] })], {
      upgrade: { reconnect_seconds: 0, drain_seconds: drainSeconds },
    }),
  );
  context.after(() => pool.kill('SIGKILL'));
  const rig = await ZcashRig.connect(pool.port, SMALL.equihash, 'alice.rig1');
  context.after(() => rig.client.close());
  await rig.job();
  const { status, out, err } = await runAdit(['upgrade', '--json'], folder);
  assert.equal(status, 0, `${out}${err}`);
  const { pid } = JSON.parse(out) as { pid: number };
  context.after(() => process.kill(pid, 'SIGKILL'));
  return { folder, pool, rig };
}

/** Finds a block. @returns its id */
async function block(rig: ZcashRig): Promise<string> {
  const share = await rig.solve((value) => value <= BLOCK_TARGET);
  const { result } = await rig.submit(share);
  assert.equal(result, true);
  return Buffer.from(share.digest, 'hex').reverse().toString('hex');
}

async function start(context: TestContext): Promise<ZcashDevnet> {
  const devnet = await startZcashDevnet({ chain: SMALL, initialTarget: BLOCK_TARGET, mempoolSeconds: 0 });
  context.after(() => devnet.close());
  return devnet;
}

for (const end of ['its drain is over', 'it is killed'] as const) {
  test(`a block that the old process could not hand in is handed in by the new one when ${end}`, async (context) => {
    const devnet = await start(context);
    const { folder, pool, rig } = await upgraded(context, devnet, end === 'it is killed' ? 600 : 1);
    devnet.inject({ method: 'submitblock', kind: 'disconnect', times: 100_000 });
    const id = await block(rig);
    const file = path.join(folder, 'data', 'blocks', `z-${id}.json`);
    await until('it is on disk', () => existsSync(file));
    if (end === 'it is killed') await pool.kill('SIGKILL');
    else await until('the old process has ended', () => pool.child.exitCode !== null, 120);
    assert.equal((JSON.parse(readFileSync(file, 'utf8')) as { state: string }).state, 'pending');
    devnet.clearFaults();
    await until('the node has it', () => devnet.acceptedBlocks === 1);
  });
}

test('a block that the node forgets after the old process has ended is handed in again by the new one', async (context) => {
  const devnet = await start(context);
  const { folder, pool, rig } = await upgraded(context, devnet, 1);
  const id = await block(rig);
  await until('the node has it', () => devnet.acceptedBlocks === 1);
  await until('the old process has ended', () => pool.child.exitCode !== null, 120);
  assert.ok(existsSync(path.join(folder, 'data', 'blocks', `z-${id}.json`)));
  devnet.forget(1);
  await until('the node has it again', () => devnet.acceptedBlocks === 2);
});
