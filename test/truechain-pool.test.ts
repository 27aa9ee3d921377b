import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startTrueChainDevnet, type TrueChainDevnet, type TrueChainDevnetOptions } from '@adit/devnet';
import { readShares } from '@adit/journal';
import { TrueMiner } from '@adit/miner';
import { EPOCH0_DATASET_HASH } from '@adit/pow';
import { codeOf, textOf } from '@adit/test-kit/line-client';
import { type RunningPool, startPool, trueChainPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { TrueRig } from '@adit/test-kit/true-rig';
import { until } from '@adit/test-kit/until';

interface Setup extends RunningPool {
  readonly devnet: TrueChainDevnet;
  readonly data: string;
}

/** Fruits are one hash in 16, blocks one in 64. No border of epochs is near: to build the next dataset costs a second. */
const EASY: TrueChainDevnetOptions = {
  difficulty: 64n,
  fruitDifficulty: 16n,
  fastBlockSeconds: 0.2,
  minimumFruits: 1,
  startNumber: 100,
};

async function setUp(
  context: TestContext,
  devnetOptions: TrueChainDevnetOptions = {},
  changes: Parameters<typeof trueChainPool>[1] = {},
): Promise<Setup> {
  const data = temporaryFolder(context);
  const devnet = await startTrueChainDevnet({ ...EASY, ...devnetOptions });
  const running = await startPool(data, [trueChainPool(devnet.url, changes)]);
  context.after(async () => {
    await running.pool.stop();
    await devnet.close();
  });
  return { ...running, devnet, data };
}

test('a share is kept, a fruit and a block reach the node, and each answer brings a new job id', async (context) => {
  const { portOf, devnet, data } = await setUp(context);
  const rig = await TrueRig.connect(portOf('truechain'));
  const before = await rig.job();
  assert.equal(before[1], EPOCH0_DATASET_HASH);
  const share = await rig.solve((block, fruit, target) => block <= target || fruit <= target);
  assert.deepEqual(await rig.submit(share), { id: 3, result: true, error: null });
  await until('another job id', () => rig.client.last('mining.notify')?.[0] !== before[0]);
  const fruitTarget = (1n << 128n) / 16n;
  const blockTarget = (1n << 128n) / 64n;
  await until('a fruit is accepted', async () => {
    await rig.submit(await rig.solve((_block, fruit) => fruit <= fruitTarget));
    return devnet.acceptedFruits > 0;
  });
  await until('a block is accepted', async () => {
    await rig.submit(await rig.solve((block) => block <= blockTarget));
    return devnet.acceptedBlocks > 0;
  });
  const outcomes = new Set(readShares(data).map(({ outcome }) => outcome));
  assert.ok(outcomes.has('fruit') && outcomes.has('block'));
});

test('refusals have their codes: -1 for unknown jobs, 22 for duplicates however they are spelled, false as result', async (context) => {
  const { portOf, data } = await setUp(context, {}, { startWeight: 8n, minWeight: 8n });
  const rig = await TrueRig.connect(portOf('truechain'));
  const share = await rig.solve((block, fruit, target) => block <= target || fruit <= target);
  assert.equal((await rig.submit(share)).result, true);
  const hex = BigInt(share[1]).toString(16);
  for (const nonce of [share[1], `0x${hex}`, `0X${hex.toUpperCase()}`, share[1].padStart(20, '0')]) {
    const again = await rig.submit([share[0], nonce]);
    assert.equal(again.result, false);
    assert.equal(codeOf(again), 22, nonce);
  }
  const unknown = await rig.submit(['ffffffff0000', '1060']);
  assert.deepEqual([unknown.result, codeOf(unknown), textOf(unknown)], [false, -1, 'Job not found']);
  const low = await rig.solve((block, fruit, target) => block > target && fruit > target);
  assert.equal(codeOf(await rig.submit(low)), 23);
  assert.equal(codeOf(await rig.submit(share, 'mallory')), 24);
  assert.equal(codeOf(await rig.submit([share[0], '18446744073709551616'])), 20);
  assert.equal(codeOf(await rig.submit([share[0], 'zz'])), 20);
  assert.equal(readShares(data).length, 1);
  assert.equal(rig.client.ended, false);
});

test('a nonce without its prefix is tried with it', async (context) => {
  const { portOf } = await setUp(context, {}, { startWeight: 64n, minWeight: 64n });
  const rig = await TrueRig.connect(portOf('truechain'));
  const [id, nonce] = await rig.solve((block, fruit, target) => block <= target || fruit <= target);
  // What a miner sends that counts in the five bytes that are its own.
  const own = BigInt(nonce) & ((1n << 40n) - 1n);
  const answer = await rig.submit([id, own.toString()]);
  assert.equal(answer.result, true);
});

test('the dataset switches at the epoch border: seeds are served, shares go on, the old job id is still answered', async (context) => {
  const { portOf, devnet } = await setUp(context, { startNumber: 11_999 });
  const rig = await TrueRig.connect(portOf('truechain'));
  const old = await rig.job();
  assert.equal(old[1], EPOCH0_DATASET_HASH);
  devnet.mineBlock();
  await until('a job of the new epoch', () => rig.client.last('mining.notify')?.[1] !== EPOCH0_DATASET_HASH);
  const job = await rig.job();
  assert.equal(job[3], true);
  assert.equal(await rig.fetchDataset(job), job[1]);
  const share = await rig.solve((block, fruit, target) => block <= target || fruit <= target, job);
  assert.equal((await rig.submit(share)).result, true);
  // A miner that comes back asks for the seeds of the job that it had: epoch 0 has artificial ones.
  assert.equal(await rig.fetchDataset(old), EPOCH0_DATASET_HASH);
});

test('the real miner crosses the border by itself and mines fruits and blocks on both sides', async (context) => {
  const { portOf, devnet, events } = await setUp(context, { startNumber: 11_998 });
  const datasets: string[] = [];
  const miner = new TrueMiner(
    {
      url: { host: '127.0.0.1', port: portOf('truechain'), worker: 'dave.cpu', password: 'x' },
      threads: 1,
      agent: 'test',
    },
    {
      onEvent: (event) => {
        if (event.kind === 'dataset' && event.state === 'ready') datasets.push(event.hash);
      },
    },
  );
  const run = miner.run();
  await until('blocks on both sides of the border', () => devnet.snailNumber > 12_001 && datasets.length > 0);
  const before = events.length;
  await until('shares of the new epoch', () =>
    events.slice(before).some(({ kind }) => kind === 'share_accepted'),
  );
  await until('a fruit in the chain', () => devnet.acceptedFruits >= 1);
  await miner.stop();
  await run;
  assert.ok(devnet.acceptedBlocks >= 1);
  assert.equal(datasets.length, 1);
});

test('a node that restarts is found again, and miners stay', async (context) => {
  const data = temporaryFolder(context);
  let devnet = await startTrueChainDevnet(EASY);
  const port = Number(new URL(devnet.url).port);
  const { pool, portOf, events } = await startPool(data, [trueChainPool(devnet.url)]);
  context.after(async () => {
    await pool.stop();
    await devnet.close();
  });
  const rig = await TrueRig.connect(portOf('truechain'));
  await rig.job();
  const state = devnet.exportState();
  await devnet.close();
  await until('the pool says so', () =>
    events.some((event) => event.kind === 'node' && event.status.state === 'down'),
  );
  devnet = await startTrueChainDevnet({ ...EASY, port, state });
  const fruitTarget = (1n << 128n) / 16n;
  await until('a fruit is accepted', async () => {
    await rig.submit(await rig.solve((_block, fruit) => fruit <= fruitTarget));
    return devnet.acceptedFruits > 0;
  });
  assert.equal(rig.client.ended, false);
});
