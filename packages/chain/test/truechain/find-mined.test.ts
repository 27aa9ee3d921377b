import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBlock, findFruit } from '../../src/index.ts';
import {
  COINBASE,
  epoch0Hasher,
  mineOne,
  solve,
  submit,
  withBench,
  workOf,
} from '../devnet-truechain/harness.ts';

const hasher = epoch0Hasher();

test('a block is found again by nonce and miner, a little beside where it was thought to be', async () => {
  await withBench({}, async (bench) => {
    const { node, devnet } = bench;
    const { nonce } = await mineOne(bench, hasher);
    for (let i = 0; i < 4; i += 1) devnet.mineBlock();
    for (const around of [1, 2, 3]) {
      const found = await findBlock(node, {
        nonce,
        miner: COINBASE.toUpperCase().replace('0X', '0x'),
        around,
      });
      assert.equal(found?.number, 1);
    }
    assert.equal(await findBlock(node, { nonce, miner: COINBASE, around: 4 }), undefined);
    assert.equal(await findBlock(node, { nonce: nonce + 1n, miner: COINBASE, around: 1 }), undefined);
    assert.equal(await findBlock(node, { nonce, miner: `0x${'00'.repeat(20)}`, around: 1 }), undefined);
    // Beyond the head there is nothing to look at.
    assert.equal(await findBlock(node, { nonce, miner: COINBASE, around: 50 }), undefined);
  });
});

test('an orphaned block is not found', async () => {
  await withBench({}, async (bench) => {
    const { nonce } = await mineOne(bench, hasher);
    bench.devnet.reorg(1);
    assert.equal(await findBlock(bench.node, { nonce, miner: COINBASE, around: 1 }), undefined);
  });
});

test('a fruit is found in the snail block that took it', async () => {
  await withBench({}, async (bench) => {
    const { node, devnet } = bench;
    assert.equal(await node.pendingSnailNumber(), 1);
    const work = await workOf(node);
    const { nonce, ...rest } = solve(hasher, work.headerHash, { block: false, fruit: true });
    await submit(node, { nonce, ...rest });
    const wanted = { nonce, miner: COINBASE, from: 1 };
    assert.equal(await findFruit(node, wanted), undefined);
    devnet.mineBlock();
    devnet.mineBlock();
    const found = await findFruit(node, wanted);
    assert.deepEqual([found?.block.number, found?.fruit.fastNumber, found?.fruit.nonce], [1, 1, nonce]);
    assert.equal(await findFruit(node, { ...wanted, from: 2 }), undefined);
    assert.equal(await findFruit(node, { ...wanted, nonce: nonce + 1n }), undefined);
    assert.equal(await node.pendingSnailNumber(), 3);
  });
});
