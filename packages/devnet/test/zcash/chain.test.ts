import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proposalBlock } from '../../../chain/src/zcash/block.ts';
import { displayHash } from '../../../chain/src/zcash/node.ts';
import { workFromTemplate } from '../../../chain/src/zcash/work.ts';
import { CHAIN, minedBlock, type Rig, withDevnet } from './mining.ts';

const longPoll = async ({ node }: Rig, longPollId: string | undefined) => {
  const answer = await node.getBlockTemplate({
    ...(longPollId === undefined ? {} : { longPollId }),
    timeoutMs: 30_000,
  });
  return { work: workFromTemplate(answer, CHAIN), submitOld: (answer as { submitold?: boolean }).submitold };
};

test('a long poll wakes with an empty block at a new tip, and the next one brings the full block at once', async () => {
  await withDevnet({}, async (rig) => {
    const first = await rig.template();
    assert.equal(first.longPollId?.length, 46);
    const waiting = longPoll(rig, first.longPollId);
    await rig.node.getBlockCount();
    const tip = rig.devnet.mineBlock();
    const { work, submitOld } = await waiting;
    assert.equal(submitOld, false);
    assert.equal(work.empty, true);
    assert.equal(displayHash(work.prevHash), tip);
    const full = await longPoll(rig, work.longPollId);
    assert.equal(full.work.transactions.length, 3);
    assert.equal(full.submitOld, true);
  });
});

test('a long poll wakes when the mempool changes, and old work stays good', async () => {
  await withDevnet({}, async (rig) => {
    const first = await rig.template();
    const waiting = longPoll(rig, first.longPollId);
    await rig.node.getBlockCount();
    rig.devnet.refreshMempool();
    const { work, submitOld } = await waiting;
    assert.equal(submitOld, true);
    assert.notDeepEqual(work.merkleRoot, first.merkleRoot);
    assert.equal((await rig.node.submitBlock(minedBlock(first))).kind, 'accepted');
  });
});

test('a long poll with an outdated id is answered at once with the full template', async () => {
  await withDevnet({}, async (rig) => {
    const first = await rig.template();
    rig.devnet.mineBlock();
    const { work, submitOld } = await longPoll(rig, first.longPollId);
    assert.equal(submitOld, false);
    assert.equal(work.transactions.length, 3);
    await assert.rejects(rig.node.getBlockTemplate({ longPollId: 'x' }), { rpcCode: -32602 });
  });
});

test('a reorg turns the last blocks into a side chain, and their transactions wait again', async () => {
  await withDevnet({}, async (rig) => {
    const { devnet, node, events } = rig;
    const hashes: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      await node.submitBlock(minedBlock(await rig.template()));
      hashes.push(await node.getBestBlockHash());
    }
    const orphaned = await node.call('getblock', [hashes[2], 1]);
    const [, firstTransaction] = (orphaned as { tx: string[] }).tx;
    const before = devnet.balance().immature;
    const tip = devnet.reorg(2);
    assert.equal(await node.getBestBlockHash(), tip);
    assert.ok(devnet.height >= 3);
    assert.equal((await node.getBlockHeader(hashes[0] ?? ''))?.confirmations, devnet.height);
    assert.deepEqual(await node.getBlockHeader(hashes[1] ?? ''), { confirmations: -1, height: 2 });
    assert.deepEqual(await node.getBlockHeader(hashes[2] ?? ''), { confirmations: -1, height: 3 });
    assert.ok(devnet.balance().immature < before / 2n);
    assert.ok(events.some((event) => event.kind === 'reorg' && event.depth === 2));
    const template = (await node.getBlockTemplate()) as { transactions: { hash: string }[] };
    assert.ok(template.transactions.some(({ hash }) => hash === firstTransaction));
    assert.equal((await node.submitBlock(minedBlock(await rig.template()))).kind, 'accepted');
    assert.throws(() => devnet.reorg(100), { code: 'ADIT_BAD_OPTION' });
    await assert.rejects(node.call('devnet_reorg', ['x']), { rpcCode: -32602 });
  });
});

test('the difficulty follows the time that blocks take, up and down, and stops at the limit', async () => {
  await withDevnet({ blockSeconds: 20, initialTarget: CHAIN.powLimit / 4n }, async (rig) => {
    const mine = async (seconds: number, count: number): Promise<bigint> => {
      for (let i = 0; i < count; i += 1) {
        rig.clock.seconds += seconds;
        await rig.node.submitBlock(minedBlock(await rig.template()));
      }
      return (await rig.template()).target;
    };
    // The first block of the chain is dated one interval before the start.
    const start = await mine(0, 1);
    const onTime = await mine(20, 3);
    assert.ok(onTime <= start && onTime > (start * 99n) / 100n);
    const harder = await mine(10, 4);
    assert.ok(harder < onTime && harder > onTime / 2n);
    const easier = await mine(60, 4);
    assert.ok(easier > harder);
    const limit = await mine(200, 8);
    assert.ok(limit <= CHAIN.powLimit && limit > (CHAIN.powLimit * 99n) / 100n);
    assert.equal(rig.devnet.acceptedBlocks, 20);
  });
});

test('blocks that the devnet makes itself do not change the difficulty', async () => {
  await withDevnet({ initialTarget: CHAIN.powLimit / 4n }, async (rig) => {
    const { bits } = await rig.template();
    for (let i = 0; i < 5; i += 1) rig.devnet.mineBlock();
    assert.equal((await rig.template()).bits, bits);
  });
});

test('a proposal is checked without its proof', async () => {
  await withDevnet({}, async (rig) => {
    const work = await rig.template();
    assert.deepEqual(await rig.node.propose(proposalBlock(work)), { valid: true });
    assert.deepEqual(await rig.node.propose(proposalBlock({ ...work, merkleRoot: new Uint8Array(32) })), {
      valid: false,
      reason: 'bad-merkle-root',
    });
    assert.deepEqual(await rig.node.propose(Uint8Array.of(1, 2, 3)), { valid: false, reason: 'unreadable' });
    rig.devnet.mineBlock();
    assert.deepEqual(await rig.node.propose(proposalBlock(work)), {
      valid: false,
      reason: 'inconclusive-not-best-prevblk',
    });
    assert.equal(rig.devnet.height, 1);
  });
});

test('the requested number of stale templates builds on the parent of the tip', async () => {
  await withDevnet({}, async (rig) => {
    rig.devnet.mineBlock();
    rig.devnet.mineBlock();
    rig.devnet.staleTemplate(2);
    assert.equal((await rig.template()).height, 2);
    assert.equal((await rig.template()).height, 2);
    assert.equal((await rig.template()).height, 3);
    await assert.rejects(rig.node.call('devnet_staleTemplate', [-1]), { rpcCode: -32602 });
  });
});

test('rewards mature with their confirmations', async () => {
  await withDevnet({ coinbaseMaturity: 3, mempoolTransactions: 0 }, async (rig) => {
    await rig.node.submitBlock(minedBlock(await rig.template()));
    assert.deepEqual(rig.devnet.balance(), { mature: 0n, immature: 125_000_000n });
    rig.devnet.mineBlock();
    assert.deepEqual(rig.devnet.balance(), { mature: 0n, immature: 125_000_000n });
    rig.devnet.mineBlock();
    assert.deepEqual(rig.devnet.balance(), { mature: 125_000_000n, immature: 0n });
    assert.deepEqual(await rig.node.call('devnet_balance', []), { mature: 125_000_000, immature: 0 });
  });
});

test('a node that restarts with its state has the same chain, mempool and rewards', async () => {
  await withDevnet({ startHeight: 100 }, async (rig) => {
    await rig.node.submitBlock(minedBlock(await rig.template()));
    rig.devnet.reorg(1);
    await rig.node.submitBlock(minedBlock(await rig.template()));
    const before = await rig.template();
    const state = JSON.parse(JSON.stringify(rig.devnet.exportState()));
    await withDevnet({ state, startHeight: 100 }, async (second) => {
      const after = await second.template();
      assert.deepEqual(after.prevHash, before.prevHash);
      assert.deepEqual(after.merkleRoot, before.merkleRoot);
      assert.deepEqual(after.reserved, before.reserved);
      assert.deepEqual(second.devnet.balance(), rig.devnet.balance());
      assert.equal(second.devnet.acceptedBlocks, 2);
      assert.equal((await second.node.submitBlock(minedBlock(before))).kind, 'accepted');
    });
  });
});

test('the chain calls answer as a node does', async () => {
  await withDevnet({ startHeight: 50 }, async ({ devnet, node }) => {
    const hash = devnet.mineBlock();
    assert.equal(await node.getBlockCount(), 51);
    assert.equal(await node.getBestBlockHash(), hash);
    assert.equal(await node.getBlockHash(51), hash);
    assert.equal(await node.getBlockHash(52), undefined);
    assert.equal(await node.getBlockHash(49), undefined);
    assert.equal(await node.getBlockHeader('00'.repeat(32)), undefined);
    assert.deepEqual(await node.getBlockHeader(hash), { confirmations: 1, height: 51 });
    const raw = await node.call('getblock', [hash, 0]);
    const header = await node.call('getblockheader', [hash, false]);
    assert.ok(typeof raw === 'string' && typeof header === 'string' && raw.startsWith(header));
    assert.equal(header.length, 2 * (140 + 1 + 36));
    const verbose = (await node.call('getblock', ['51', 1])) as { tx: string[]; hash: string };
    assert.equal(verbose.hash, hash);
    assert.equal(verbose.tx.length, 4);
    for (const method of [
      'getblockchaininfo',
      'getmininginfo',
      'getinfo',
      'getnetworkinfo',
      'getblocksubsidy',
    ]) {
      assert.equal(typeof (await node.call(method, [])), 'object', method);
    }
    await assert.rejects(node.call('stop', []), { rpcCode: -32601 });
  });
});

test('a fault makes the node answer like one that syncs', async () => {
  await withDevnet({}, async ({ devnet, node }) => {
    devnet.inject({ kind: 'error', method: 'getblocktemplate', code: -10, message: 'syncing' });
    await assert.rejects(node.getBlockTemplate(), { rpcCode: -10 });
    assert.equal(await node.getBlockCount(), 0);
    devnet.clearFaults();
    assert.ok(await node.getBlockTemplate());
  });
});

test('options from which no chain can be made are refused', async () => {
  await assert.rejects(
    withDevnet({ initialTarget: 0n }, async () => {}),
    { code: 'ADIT_BAD_OPTION' },
  );
  await assert.rejects(
    withDevnet({ initialTarget: CHAIN.powLimit + 1n }, async () => {}),
    { code: 'ADIT_BAD_OPTION' },
  );
  await assert.rejects(
    withDevnet({ startHeight: -1 }, async () => {}),
    { code: 'ADIT_BAD_OPTION' },
  );
});
