import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonRpcClient } from '@adit/rpc';
import { DevnetNode } from '../../src/truechain/devnet-node.ts';
import { COINBASE, epoch0Hasher, mineOne, solve, submit, withBench, workOf } from './harness.ts';

const hasher = epoch0Hasher();
const OTHER = `0x${'6b'.repeat(20)}`;

test('a header has one fruit, however many are handed in', async () => {
  await withBench({}, async ({ node, devnet }) => {
    const work = await workOf(node);
    const answers: boolean[] = [];
    let nonce = 0n;
    for (let i = 0; i < 20; i += 1) {
      const fruit = solve(hasher, work.headerHash, { block: false, fruit: true }, undefined, nonce);
      nonce = fruit.nonce + 1n;
      answers.push(await submit(node, fruit));
    }
    assert.deepEqual(answers, [true, ...Array.from({ length: 19 }, () => false)]);
    assert.equal(devnet.acceptedFruits, 1);
  });
});

test('another etherbase makes other headers, and headers given out before still pay the former address', async () => {
  await withBench({}, async (bench) => {
    const { node, devnet } = bench;
    const before = await workOf(node);
    const rpc = new JsonRpcClient({ url: devnet.url, retries: 0 });
    await rpc.call('miner_setEtherbase', [OTHER]);
    rpc.close();
    assert.equal(await node.coinbase(), OTHER);
    assert.notDeepEqual((await workOf(node)).headerHash, before.headerHash);
    const fruit = solve(hasher, before.headerHash, { block: false, fruit: true });
    assert.equal(await submit(node, fruit), true);
    await mineOne(bench, hasher);
    const block = await node.snailBlock(1, true);
    assert.equal(block?.miner, OTHER);
    assert.equal(block.fruits.find(({ nonce }) => nonce === fruit.nonce)?.miner, COINBASE);
    assert.throws(() => devnet.setEtherbase('0x12'), { code: 'ADIT_BAD_OPTION' });
  });
});

test('a fast chain that is held does not grow, and goes on when it is released', async () => {
  await withBench({}, async ({ node, devnet, clock }) => {
    const before = await node.fastNumber();
    devnet.holdFastChain(true);
    clock.ms += 60_000;
    assert.equal(await node.fastNumber(), before);
    devnet.holdFastChain(false);
    assert.equal(await node.fastNumber(), before + 30);
  });
});

test('a node that loses fruits answers true, and its pool stays empty', async () => {
  await withBench({}, async ({ node, devnet }) => {
    devnet.loseFruits(true);
    const work = await workOf(node);
    assert.equal(await submit(node, solve(hasher, work.headerHash, { block: false, fruit: true })), true);
    assert.equal(await node.waitingFruits(), 0);
    assert.equal(devnet.acceptedFruits, 0);
  });
});

test('getWork waits for earlier submissions if submissions take time', async () => {
  const node = new DevnetNode({ startNumber: 0, difficulty: 4n, fruitDifficulty: 4n, submitMs: 5 });
  await node.prepareDatasets();
  const work = await node.getWork();
  assert.ok(work);
  const { nonce, headerHash, mixDigest } = solve(hasher, work.headerHash, { block: false, fruit: true });
  const order: string[] = [];
  await Promise.all([
    ...[0, 1, 2].map(async () => order.push(String(await node.submitWork(nonce, headerHash, mixDigest)))),
    node.getWork().then(() => order.push('work')),
  ]);
  assert.deepEqual(order, ['true', 'false', 'false', 'work']);
});
