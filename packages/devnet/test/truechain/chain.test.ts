import assert from 'node:assert/strict';
import { test } from 'node:test';
import { JsonRpcClient } from '@adit/rpc';
import { TrueChainNode, WorkSubmitter } from '../../../chain/src/index.ts';
import { startTrueChainDevnet } from '../../src/index.ts';
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

test('a reorganisation orphans our block; its fruits stay, or are lost too', async () => {
  for (const keepFruits of [true, false]) {
    await withBench({}, async (bench) => {
      bench.devnet.mineBlock();
      const solution = await mineOne(bench, hasher);
      const ours = await bench.node.snailBlock(2, true);
      assert.equal(ours?.nonce, solution.nonce);
      assert.deepEqual(bench.devnet.reorg(1, { keepFruits }), [2]);
      assert.equal(bench.devnet.snailNumber, 3);
      const theirs = await bench.node.snailBlock(2, true);
      assert.notEqual(theirs?.miner, COINBASE);
      assert.deepEqual(theirs?.parentHash, ours?.parentHash);
      const covered = (fruits: typeof ours): unknown => fruits?.fruits.map((fruit) => fruit.fastNumber);
      assert.deepEqual(covered(theirs), covered(ours));
      assert.equal(
        theirs?.fruits.every((fruit) => fruit.miner === COINBASE),
        keepFruits,
      );
      // A solution for the lost branch becomes a sibling, not a block.
      bench.clock.ms += 2_000;
      assert.equal((await workOf(bench.node)).blockTarget, 0n);
      assert.deepEqual(bench.devnet.acceptedBlocks, 1);
    });
  }
});

test('a reorganisation reaches neither the past nor a paid reward', async () => {
  await withBench({ rewardDelay: 3 }, async ({ devnet }) => {
    const tooDeep = { code: 'ADIT_REORG_TOO_DEEP' };
    assert.throws(() => devnet.reorg(1), tooDeep);
    devnet.mineBlock();
    assert.throws(() => devnet.reorg(2), tooDeep);
    assert.deepEqual(devnet.reorg(1), [1]);
    for (let i = 0; i < 4; i += 1) devnet.mineBlock();
    assert.throws(() => devnet.reorg(3), tooDeep);
    assert.throws(() => devnet.reorg(0), tooDeep);
    assert.throws(() => devnet.reorg(1.5), tooDeep);
    assert.deepEqual(devnet.reorg(2), [5, 6]);
    assert.equal(devnet.snailNumber, 7);
  });
});

test('a solution for a former head becomes a sibling', async () => {
  await withBench({}, async (bench) => {
    const work = await fillWithFruits(bench, hasher);
    bench.devnet.mineBlock();
    const late = solve(hasher, work.headerHash, { block: true, fruit: false });
    assert.equal(await submit(bench.node, late), true);
    assert.deepEqual([bench.devnet.acceptedBlocks, bench.devnet.snailNumber], [0, 1]);
    // The other miner's block took the waiting fruits.
    const block = await bench.node.snailBlock(1, true);
    assert.deepEqual(
      block?.fruits.map((fruit) => fruit.miner),
      [COINBASE, COINBASE],
    );
  });
});

test('rewards are paid after the delay, to whoever found the block and each fruit', async () => {
  await withBench({ rewardDelay: 2 }, async (bench) => {
    const { node, devnet } = bench;
    await mineOne(bench, hasher);
    assert.equal(await node.rewardBlock(1), undefined);
    assert.equal(await node.snailRewardContent(1), undefined);
    devnet.mineBlock();
    assert.equal(await node.chainRewardContent(1), undefined);
    devnet.mineBlock();
    assert.ok((await node.rewardBlock(1))?.fastNumber);
    assert.deepEqual(await node.snailRewardContent(1), {
      block: { address: COINBASE, amount: 61_629_629_629_629_000_000n },
      fruits: [
        { address: COINBASE, amount: 15_407_407_407_407_000_000n },
        { address: COINBASE, amount: 15_407_407_407_407_000_000n },
      ],
    });
    const credited = await node.chainRewardContent(1);
    assert.deepEqual(credited?.fruits, [{ address: COINBASE, amount: 30_814_814_814_814_000_000n }]);
    assert.deepEqual((await node.chainRewardContent(1, `0x${'77'.repeat(20)}`))?.fruits, []);
    const rpc = new JsonRpcClient({ url: devnet.url });
    const balance = await rpc.call('eth_getBalance', [COINBASE, 'latest']);
    assert.equal(BigInt(String(balance)), 61_629_629_629_629_000_000n + 30_814_814_814_814_000_000n);
    rpc.close();
    assert.deepEqual(
      devnet.rewards().map(({ snailNumber }) => snailNumber),
      [1],
    );
  });
});

test('after a restart the chain, the waiting fruits and the rewards remain, and the headers are forgotten', async () => {
  await withBench({ rewardDelay: 1 }, async (bench) => {
    await mineOne(bench, hasher);
    bench.devnet.mineBlock();
    bench.clock.ms += 2_000;
    const fruitWork = await workOf(bench.node);
    await submit(bench.node, solve(hasher, fruitWork.headerHash, { block: false, fruit: true }));
    bench.clock.ms += 2_000;
    const work = await workOf(bench.node);
    const state = bench.devnet.exportState();
    const again = await startTrueChainDevnet({ ...bench.options, state });
    const node = new TrueChainNode({ url: again.url });
    try {
      assert.deepEqual([again.snailNumber, again.acceptedBlocks, again.acceptedFruits], [2, 1, 3]);
      assert.deepEqual(await node.snailBlock(1, true), await bench.node.snailBlock(1, true));
      assert.deepEqual(await node.chainRewardContent(1), await bench.node.chainRewardContent(1));
      const good = solve(hasher, work.headerHash, { block: false, fruit: true });
      assert.equal(await submit(node, good), false);
      const fresh = await workOf(node);
      assert.deepEqual(fresh.headerHash, work.headerHash);
      assert.equal(await submit(node, good), true);
    } finally {
      node.close();
      await again.close();
    }
  });
});

test('the past is the same at every start, and differs for another salt', async () => {
  const hashes: (string | undefined)[] = [];
  for (const salt of ['a', 'a', 'b']) {
    await withBench({ startNumber: 30, salt }, async ({ node }) => {
      const [hash] = await node.snailHashes(30, 1);
      hashes.push(hash?.join());
      assert.equal((await node.snailHashes(0, 31)).length, 31);
      await assert.rejects(node.snailHashes(20, 20), { code: 'ADIT_NO_SUCH_BLOCK' });
      const past = await node.snailBlock(30, true);
      assert.equal(past?.hash.join(), hash?.join());
      assert.deepEqual(past?.fruits, []);
    });
  }
  assert.equal(hashes[0], hashes[1]);
  assert.notEqual(hashes[1], hashes[2]);
});

test('the block after one that came too soon is harder', async () => {
  const options = { adjustable: true, expectedHashrate: 6, snailBlockSeconds: 20 };
  await withBench(options, async (bench) => {
    const difficulties: bigint[] = [];
    for (let i = 0; i < 3; i += 1) {
      const work = await fillWithFruits(bench, hasher);
      const block = (1n << 128n) / work.blockTarget;
      difficulties.push(block);
      const wanted = { block: true, fruit: false };
      await submit(bench.node, solve(hasher, work.headerHash, wanted, { block, fruit: block / 5n }));
    }
    assert.equal(bench.devnet.acceptedBlocks, 3);
    // The first interval begins in the past and does not count. The others took four seconds instead of twenty.
    assert.deepEqual(difficulties, [60n, 60n, 80n]);
  });
});

test('a solution goes to every node, one acceptance is enough, and every answer is kept', async () => {
  await withBench({}, async (bench) => {
    await withBench({ salt: 'other' }, async (other) => {
      const dead = new TrueChainNode({ url: 'http://127.0.0.1:9/', retries: 0, name: 'dead' });
      const broken = new TrueChainNode({ url: other.devnet.url, retries: 0, name: 'broken' });
      other.devnet.inject({ kind: 'error', method: 'etrue_submitWork', message: 'no', times: 1 });
      const work = await workOf(bench.node);
      const solution = solve(hasher, work.headerHash, { block: false, fruit: true });
      const outcome = await new WorkSubmitter({ nodes: [dead, broken, bench.node] }).submit(
        solution,
        'fruit',
      );
      assert.equal(outcome.accepted, true);
      assert.deepEqual(
        outcome.answers.map(({ node, answer }) => [node, answer.kind]),
        [
          ['dead', 'unreachable'],
          ['broken', 'error'],
          [bench.node.name, 'taken'],
        ],
      );
      const second = await new WorkSubmitter({ nodes: [other.node, bench.node] }).submit(solution, 'fruit');
      assert.equal(second.accepted, false);
      assert.deepEqual(
        second.answers.map(({ answer }) => answer.kind),
        ['refused', 'refused'],
      );
      dead.close();
      broken.close();
    });
  });
});

test('every action of a test is also possible over RPC', async () => {
  await withBench({}, async ({ devnet }) => {
    const rpc = new JsonRpcClient({ url: devnet.url, retries: 0 });
    assert.equal(await rpc.call('devnet_mineBlock', []), 1);
    assert.deepEqual(await rpc.call('devnet_reorg', [1, false]), [1]);
    assert.equal(devnet.snailNumber, 2);
    assert.equal(await rpc.call('devnet_staleWork', [1]), true);
    assert.equal(await rpc.call('devnet_acceptedBlocks', []), 0);
    assert.equal(await rpc.call('devnet_acceptedFruits', []), 0);
    await assert.rejects(rpc.call('devnet_reorg', [9]), { rpcCode: -32602 });
    await assert.rejects(rpc.call('devnet_staleWork', ['x']), { rpcCode: -32602 });
    await rpc.call('devnet_fault', [{ kind: 'error', method: 'etrue_mining', times: 1 }]);
    await assert.rejects(rpc.call('etrue_mining', []), { rpcCode: -32603 });
    assert.equal(await rpc.call('etrue_mining', []), true);
    assert.equal(await rpc.call('etrue_syncing', []), false);
    assert.equal(await rpc.call('etrue_submitHashrate', ['0x10', `0x${'00'.repeat(32)}`]), true);
    assert.equal(await rpc.call('etrue_snailBlockNumber', []), '0x2');
    assert.equal(await rpc.call('eth_coinbase', []), COINBASE);
    assert.deepEqual(await rpc.call('fruitpool_status', []), { pending: '0x0', unVerified: '0x0' });
    const latest = (await rpc.call('etrue_getSnailBlockByNumber', ['latest', false])) as { hash: string };
    assert.deepEqual(await rpc.call('etrue_getSnailBlockByHash', [latest.hash, false]), latest);
    assert.equal(await rpc.call('etrue_getSnailHashByNumber', ['0x2']), latest.hash);
    assert.equal(await rpc.call('etrue_getSnailHashByNumber', ['0x3']), '');
    rpc.close();
  });
});

test('options out of range are refused by name', async () => {
  const refused = (options: object, message: RegExp): Promise<void> =>
    assert.rejects(startTrueChainDevnet(options), { code: 'ADIT_BAD_OPTION', message });
  await refused({ startNumber: -1 }, /startNumber/);
  await refused({ coinbase: '0x12' }, /coinbase/);
  await refused({ difficulty: 1n }, /difficulty/);
  await refused({ minimumFruits: 0 }, /minimumFruits/);
  await refused({ maximumFruits: 3 }, /maximumFruits/);
  await refused({ fastBlockSeconds: 0 }, /fastBlockSeconds/);
  await refused({ salt: 'x'.repeat(33) }, /salt/);
});
