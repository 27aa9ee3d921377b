import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { startZcashDevnet, type ZcashDevnet } from '@adit/devnet';
import { countShares } from '@adit/journal';
import { encodeHex } from '@adit/primitives';
import { aditHere } from '@adit/test-kit/adit-here';
import { type PoolProcess, runAdit, startPoolProcess } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { SMALL } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

const PORT = { start_difficulty: 0.01, share_seconds: 600, fixed_difficulty: true };
/** No share of this devnet is a block. */
const NO_BLOCKS = { chain: SMALL, initialTarget: 1n << 240n, mempoolSeconds: 0 } as const;

async function devnetOf(context: TestContext): Promise<ZcashDevnet> {
  const devnet = await startZcashDevnet(NO_BLOCKS);
  context.after(() => devnet.close());
  return devnet;
}

async function poolOn(context: TestContext, folder: string, { url }: ZcashDevnet): Promise<PoolProcess> {
  const pool = await startPoolProcess(folder, poolToml([zcashToml(url, { ports: [PORT] })]));
  context.after(() => pool.kill('SIGKILL'));
  return pool;
}

/** Hands in shares until told to stop, and notes those that were acknowledged. */
async function mine(pool: PoolProcess) {
  const rig = await ZcashRig.connect(pool.port, SMALL.equihash);
  await rig.job();
  const acknowledged: string[] = [];
  let stopped = false;
  const ended = (async () => {
    while (!stopped) {
      const batch = await Promise.all([1, 2, 3].map(() => rig.solve((value, target) => value <= target)));
      const answers = await Promise.all(
        batch.map(async (share) => ({ share, answer: await rig.submit(share) })),
      );
      for (const { share, answer } of answers) if (answer.result === true) acknowledged.push(share.digest);
    }
  })();
  return {
    rig,
    acknowledged,
    atLeast: async (count: number) => {
      while (acknowledged.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    stop: async () => {
      stopped = true;
      await ended;
    },
  };
}

const digestsIn = (dataFolder: string): string[] =>
  countShares({ dataFolder }).shares.map(({ digest }) => encodeHex(digest));

test('a backup under load has every share that was acknowledged before it began, and a restored pool goes on', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await devnetOf(context);
  const pool = await poolOn(context, folder, devnet);
  const miner = await mine(pool);
  await miner.atLeast(20);
  const before = [...miner.acknowledged];
  const made = await runAdit(['backup', 'copy', '--json'], folder);
  assert.equal(made.status, 0, made.err);
  const during = miner.acknowledged.length;
  // The pool has not stood still: it goes on while the copy is made, and after it.
  await miner.atLeast(during + 10);
  await miner.stop();

  const copied = digestsIn(path.join(folder, 'copy', 'data'));
  assert.deepEqual(
    before.filter((digest) => !copied.includes(digest)),
    [],
  );
  assert.equal(new Set(copied).size, copied.length);
  const manifest = JSON.parse(made.out) as { complete: boolean; sequences: Record<string, number> };
  assert.equal(manifest.complete, true);
  assert.equal(
    Object.values(manifest.sequences).reduce((sum, last) => sum + last, 0),
    copied.length,
  );

  // The other machine: another folder, while the first pool still runs.
  const other = path.join(folder, 'other');
  mkdirSync(other);
  const restored = await runAdit(['restore', 'copy', '--data', path.join(other, 'data')], folder);
  assert.equal(restored.status, 0, restored.err);
  assert.match(restored.out, /nonce1 values of .*: the mark jumps from/);
  const second = await poolOn(context, other, devnet);
  const late = await mine(second);
  assert.notEqual(late.rig.nonce1, miner.rig.nonce1);
  await late.atLeast(5);
  await late.stop();
  await second.kill('SIGTERM');
  await pool.kill('SIGTERM');
  const inOther = digestsIn(path.join(other, 'data'));
  assert.equal(inOther.length, copied.length + late.acknowledged.length);

  // Both machines together: what both have counts once.
  const all = [...miner.acknowledged, ...late.acknowledged];
  const sum = await aditHere(
    ['shares', 'sum', '--json', '--data', path.join(folder, 'data'), '--also', path.join(other, 'data')],
    folder,
  );
  const { sums, faults } = JSON.parse(sum.out) as { sums: { shares: number }[]; faults: string[] };
  assert.equal(
    sums.reduce((count, { shares }) => count + shares, 0),
    all.length,
  );
  assert.deepEqual(faults, []);
});

test('a backup of a stopped pool has rights for its owner alone, and no secret of the configuration', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await devnetOf(context);
  const secret = path.join(folder, 'password');
  writeFileSync(secret, 'hunter2\n', { mode: 0o600 });
  const toml = poolToml([zcashToml(devnet.url, { ports: [{ ...PORT, password_file: 'password' }] })]);
  const pool = await startPoolProcess(folder, toml);
  context.after(() => pool.kill('SIGKILL'));
  await pool.kill('SIGTERM');
  const made = await aditHere(['backup', 'copy'], folder);
  assert.equal(made.status, 0, made.err);
  assert.ok(made.out.includes(`not in it: ${secret} (password_file is a secret`));
  const all = readdirSync(path.join(folder, 'copy'), { recursive: true, withFileTypes: true });
  for (const entry of all) {
    const place = path.join(entry.parentPath, entry.name);
    assert.equal(statSync(place).mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, place);
    if (entry.isFile()) assert.ok(!readFileSync(place).includes('hunter2'), place);
  }
  assert.ok(all.some(({ name }) => name === 'adit.toml'));
});

test('a backup that was changed is not restored, and nothing is written', async (context) => {
  const folder = temporaryFolder(context);
  const devnet = await devnetOf(context);
  const pool = await poolOn(context, folder, devnet);
  await pool.kill('SIGTERM');
  assert.equal((await aditHere(['backup', 'copy'], folder)).status, 0);
  const damaged = path.join(folder, 'damaged');
  cpSync(path.join(folder, 'copy'), damaged, { recursive: true });
  const file = path.join(damaged, 'data', 'leases.db');
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  const refused = await aditHere(['restore', 'damaged', '--data', 'new'], folder);
  assert.equal(refused.status, 1);
  assert.match(refused.err, /leases\.db was changed: its SHA-256 is another one/);
  assert.ok(!readdirSync(folder).includes('new'));
});
