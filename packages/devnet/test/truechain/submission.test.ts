import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonRpcClient, RpcError } from '@adit/rpc';
import {
  COINBASE,
  epoch0Hasher,
  fillWithFruits,
  mineOne,
  solve,
  submit,
  withBench,
  workOf,
} from './harness.ts';

const hasher = epoch0Hasher();

test('work asks for a fruit only, until the template holds enough fruits', async () => {
  await withBench({}, async ({ node, devnet, clock }) => {
    const first = await workOf(node);
    assert.equal(first.blockTarget, 0n);
    assert.equal(first.fruitTarget, 1n << 126n);
    assert.equal(await submit(node, solve(hasher, first.headerHash, { block: false, fruit: true })), true);
    assert.equal(devnet.acceptedFruits, 1);
    // There is no fast block left to cover, and one fruit is not enough for a block.
    assert.equal(await node.getWork(), 'not_ready');
    clock.ms += 2_000;
    const second = await workOf(node);
    assert.equal(await submit(node, solve(hasher, second.headerHash, { block: true, fruit: true })), true);
    assert.equal(devnet.acceptedFruits, 2);
    const third = await workOf(node);
    assert.deepEqual([third.fruitTarget, third.blockTarget], [0n, 1n << 126n]);
    clock.ms += 2_000;
    const both = await workOf(node);
    assert.deepEqual([both.fruitTarget, both.blockTarget], [1n << 126n, 1n << 126n]);
  });
});

test('a digest whose first half meets the target is a block, even if the second half meets its target too', async () => {
  await withBench({}, async (bench) => {
    await fillWithFruits(bench, hasher);
    bench.clock.ms += 2_000;
    const work = await workOf(bench.node);
    assert.equal(
      await submit(bench.node, solve(hasher, work.headerHash, { block: true, fruit: true })),
      true,
    );
    assert.equal(bench.devnet.snailNumber, 1);
    assert.deepEqual([bench.devnet.acceptedBlocks, bench.devnet.acceptedFruits], [1, 2]);
    const block = await bench.node.snailBlock(1, true);
    assert.equal(block?.miner, COINBASE);
    assert.deepEqual(
      block?.fruits.map((fruit) => fruit.fastNumber),
      [1, 2],
    );
  });
});

test('after a fruit of combined work the block can still be found', async () => {
  await withBench({}, async (bench) => {
    await fillWithFruits(bench, hasher);
    bench.clock.ms += 2_000;
    const work = await workOf(bench.node);
    const fruit = { block: false, fruit: true };
    const first = solve(hasher, work.headerHash, fruit);
    assert.equal(await submit(bench.node, first), true);
    assert.equal(bench.devnet.acceptedFruits, 3);
    // Another fruit for the same fast block is answered true and ignored.
    const next = solve(hasher, work.headerHash, fruit, undefined, first.nonce + 1n);
    assert.equal(await submit(bench.node, next), true);
    assert.equal(bench.devnet.acceptedFruits, 3);
    const block = solve(hasher, work.headerHash, { block: true, fruit: false });
    assert.equal(await submit(bench.node, block), true);
    assert.equal(bench.devnet.acceptedBlocks, 1);
    assert.ok(bench.events.includes('ignored'));
  });
});

test('fruitFirst: a digest that meets the fruit difficulty never becomes a block, whatever the work asked for', async () => {
  await withBench({ fruitFirst: true }, async (bench) => {
    const work = await fillWithFruits(bench, hasher);
    assert.equal(work.fruitTarget, 0n);
    const both = solve(hasher, work.headerHash, { block: true, fruit: true });
    assert.equal(await submit(bench.node, both), true);
    assert.equal(bench.devnet.snailNumber, 0);
    assert.ok(bench.events.includes('swallowed'));
    // The work can still be solved by another nonce.
    const clean = solve(hasher, work.headerHash, { block: true, fruit: false });
    assert.equal(await submit(bench.node, clean), true);
    assert.equal(bench.devnet.snailNumber, 1);
  });
  await withBench({ fruitFirst: true }, async (bench) => {
    await fillWithFruits(bench, hasher);
    bench.clock.ms += 2_000;
    const work = await workOf(bench.node);
    await submit(bench.node, solve(hasher, work.headerHash, { block: true, fruit: true }));
    assert.deepEqual([bench.devnet.acceptedBlocks, bench.devnet.acceptedFruits], [0, 3]);
  });
});

test('a wrong mix, an unknown header, a miss and a duplicate are answered false', async () => {
  await withBench({}, async (bench) => {
    const work = await fillWithFruits(bench, hasher);
    const good = solve(hasher, work.headerHash, { block: true, fruit: false });
    const flipped = good.mixDigest.slice();
    flipped[31] = (flipped[31] ?? 0) ^ 1;
    assert.equal(await submit(bench.node, { ...good, mixDigest: flipped }), false);
    assert.equal(await submit(bench.node, { ...good, nonce: good.nonce + 1n }), false);
    assert.equal(await submit(bench.node, { ...good, headerHash: new Uint8Array(32) }), false);
    assert.equal(
      await submit(bench.node, solve(hasher, work.headerHash, { block: false, fruit: false })),
      false,
    );
    // This work is for a block only, so a fruit is useless.
    assert.equal(
      await submit(bench.node, solve(hasher, work.headerHash, { block: false, fruit: true })),
      false,
    );
    assert.equal(bench.devnet.acceptedBlocks, 0);
    assert.deepEqual(await Promise.all([submit(bench.node, good), submit(bench.node, good)]), [true, false]);
    assert.equal(bench.devnet.acceptedBlocks, 1);
    assert.equal(await submit(bench.node, good), false);
  });
});

test('fruit-only work takes only one fruit, and a second block of one header is a sibling', async () => {
  await withBench({}, async (bench) => {
    const fruitWork = await workOf(bench.node);
    const wanted = { block: false, fruit: true };
    const first = solve(hasher, fruitWork.headerHash, wanted);
    assert.equal(await submit(bench.node, first), true);
    const second = solve(hasher, fruitWork.headerHash, wanted, undefined, first.nonce + 1n);
    assert.equal(await submit(bench.node, second), false);
    const work = await fillWithFruits(bench, hasher);
    const block = { block: true, fruit: false };
    const one = solve(hasher, work.headerHash, block);
    const two = solve(hasher, work.headerHash, block, undefined, one.nonce + 1n);
    assert.equal(await submit(bench.node, one), true);
    assert.equal(await submit(bench.node, two), true);
    assert.equal(bench.devnet.acceptedBlocks, 1);
    assert.ok(bench.events.includes('sibling'));
    assert.equal((await bench.node.snailBlock(1, false))?.nonce, one.nonce);
  });
});

test('solutions for a header are accepted for an hour', async () => {
  await withBench({}, async (bench) => {
    const work = await workOf(bench.node);
    const good = solve(hasher, work.headerHash, { block: false, fruit: true });
    bench.clock.ms += 3_600_001;
    assert.equal(await submit(bench.node, good), false);
    bench.clock.ms -= 1_000;
    assert.equal(await submit(bench.node, good), true);
  });
});

test('malformed arguments are refused in the words of the node', async () => {
  await withBench({}, async ({ devnet }) => {
    const rpc = new JsonRpcClient({ url: devnet.url, retries: 0 });
    const hash = `0x${'00'.repeat(32)}`;
    const refusal = async (...params: unknown[]): Promise<string> => {
      const error = await rpc.call('eth_submitWork', params).catch((caught: unknown) => caught);
      assert.ok(error instanceof RpcError);
      assert.equal(error.rpcCode, -32602);
      return error.rpcMessage;
    };
    assert.match(await refusal('0x1060', hash, hash), /hex string has length 4, want 16 for BlockNonce/);
    assert.match(await refusal('0000000000001060', hash, hash), /hex string without 0x prefix/);
    assert.match(await refusal('0x000000000000106g', hash, hash), /invalid hex string/);
    assert.match(await refusal('0x0000000000001060', `${hash}00`, hash), /length 66, want 64/);
    assert.match(await refusal('0x0000000000001060'), /missing value for required argument 1/);
    assert.match(await refusal(7, hash, hash), /non-string/);
    await assert.rejects(rpc.call('etrue_nothing', []), { rpcCode: -32601 });
    await assert.rejects(rpc.call('toString', []), { rpcCode: -32601 });
    await assert.rejects(rpc.call('etrue_getDataset', []), /epoch is zore/);
    rpc.close();
  });
});

test('mining makes three blocks in a row', async () => {
  await withBench({}, async (bench) => {
    for (let number = 1; number <= 3; number += 1) {
      await mineOne(bench, hasher);
      assert.equal(bench.devnet.snailNumber, number);
    }
    assert.equal(bench.devnet.acceptedBlocks, 3);
  });
});
