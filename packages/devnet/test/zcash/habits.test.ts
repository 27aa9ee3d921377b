import assert from 'node:assert/strict';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { RpcError } from '@adit/rpc';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import type { NodeStatus } from '../../../chain/src/status.ts';
import { ZcashNode } from '../../../chain/src/zcash/node.ts';
import { selfTest } from '../../../chain/src/zcash/proposal.ts';
import { workFromTemplate } from '../../../chain/src/zcash/work.ts';
import type { WorkNews } from '../../../chain/src/zcash/work-news.ts';
import { ZcashWorkSource } from '../../../chain/src/zcash/work-source.ts';
import { startZcashDevnet, ZEBRA_HABITS } from '../../src/index.ts';
import { CHAIN, minedBlock, withDevnet } from './mining.ts';

interface Template {
  readonly longpollid: string;
  readonly previousblockhash: string;
  readonly submitold?: boolean;
  readonly transactions: readonly { readonly hash: string }[];
}

const templateOf = async (node: ZcashNode, longPollId?: string): Promise<Template> =>
  (await node.getBlockTemplate(longPollId === undefined ? {} : { longPollId })) as Template;

test('a new tip comes first with the coinbase alone, for every caller, and later with transactions', async (context) => {
  // The devnet fills its template when the test says so, however slow the machine is.
  const now = performance.now();
  let later = 0;
  context.mock.method(performance, 'now', () => now + later);
  context.mock.timers.enable({ apis: ['setTimeout'] });
  await withDevnet({ habits: { fillMs: 300 } }, async ({ devnet, node }) => {
    const first = await templateOf(node);
    assert.equal(first.transactions.length, 3);
    const waiting = templateOf(node, first.longpollid);
    devnet.mineBlock();
    const empty = await waiting;
    assert.deepEqual([empty.transactions.length, empty.submitold], [0, false]);
    assert.equal((await templateOf(node)).transactions.length, 0, 'whichever stands');
    const filling = templateOf(node, empty.longpollid);
    later = 300;
    context.mock.timers.tick(300);
    const full = await filling;
    assert.deepEqual([full.transactions.length, full.submitold], [3, true]);
    assert.equal(full.previousblockhash, empty.previousblockhash);
  });
});

test('a long poll is answered after longPollMs without news, with submitold false and another order', async () => {
  await withDevnet({ habits: { longPollMs: 50, shuffles: true } }, async ({ node }) => {
    const first = await templateOf(node);
    const again = await templateOf(node, first.longpollid);
    assert.equal(again.previousblockhash, first.previousblockhash);
    assert.equal(again.submitold, false);
    const ids = ({ transactions }: Template) => transactions.map(({ hash }) => hash);
    assert.notDeepEqual(ids(again), ids(first));
    assert.deepEqual(ids(again).toSorted(), ids(first).toSorted());
  });
});

test('a block without its parent is not answered until the parent is there', async () => {
  await withDevnet({ mempoolTransactions: 0 }, async ({ devnet, node, template }) => {
    const state = devnet.exportState();
    const parent = minedBlock(await template());
    assert.equal((await node.submitBlock(parent)).kind, 'accepted');
    const child = minedBlock(await template());
    await withDevnet({ habits: { waitsForParents: true }, state }, async (other) => {
      const hex = Buffer.from(child).toString('hex');
      const options = { timeoutMs: 200, retry: false };
      await assert.rejects(other.node.call('submitblock', [hex], options), { code: 'ADIT_RPC_TIMEOUT' });
      const late = other.node.submitBlock(child);
      assert.equal((await other.node.submitBlock(parent)).kind, 'accepted');
      assert.equal((await late).kind, 'accepted');
      assert.equal(other.devnet.height, 2);
    });
  });
});

test('side blocks and unknown blocks get the same error, and invalid hex gets a short one', async () => {
  await withDevnet({ habits: { zebraWords: true } }, async ({ devnet, node, template }) => {
    const side = devnet.mineBlock();
    devnet.reorg(1);
    const refusal = { rpcCode: -5, rpcMessage: 'block height not in best chain' };
    await assert.rejects(node.call('getblockheader', [side, true]), refusal);
    await assert.rejects(node.call('getblock', ['ab'.repeat(32), 1]), refusal);
    assert.equal(await node.getBlockHeader(side), undefined);
    await assert.rejects(node.call('submitblock', ['xyz']), { rpcCode: -1, rpcMessage: 'Invalid params' });
    const info = (await node.call('getblockchaininfo', [])) as { chain: string };
    assert.equal(info.chain, 'test');
    const old = await template();
    devnet.mineBlock();
    assert.deepEqual(await selfTest(node, old), { kind: 'outdated' });
  });
});

test('a node that was killed has forgotten its newest blocks, and takes them again', async () => {
  await withDevnet({}, async ({ devnet, node, template }) => {
    devnet.mineBlock();
    const block = minedBlock(await template());
    assert.equal((await node.submitBlock(block)).kind, 'accepted');
    assert.equal((await node.submitBlock(block)).kind, 'duplicate');
    assert.equal(devnet.height, 2);
    devnet.forget(1);
    assert.equal(devnet.height, 1);
    assert.equal((await node.submitBlock(block)).kind, 'accepted');
    assert.equal(devnet.height, 2);
    devnet.forget(2);
    assert.equal(workFromTemplate(await node.getBlockTemplate(), CHAIN).height, 1);
    assert.throws(() => devnet.forget(5), { code: 'ADIT_BAD_OPTION' });
  });
});

test('a call can be carried out and then get another answer, an error, or no answer', async () => {
  await withDevnet({}, async ({ devnet, node, template }) => {
    const strike = async (fault: Parameters<typeof devnet.inject>[0]) => {
      devnet.inject({ method: 'submitblock', times: 1, ...fault });
      return node.submitBlock(minedBlock(await template()));
    };
    assert.deepEqual(await strike({ kind: 'answer', answer: 'inconclusive', after: true }), {
      kind: 'inconclusive',
      raw: 'inconclusive',
    });
    assert.equal(devnet.acceptedBlocks, 1);
    await assert.rejects(
      strike({ kind: 'error', code: 0, message: 'service not ready', after: true }),
      (error) => error instanceof RpcError && error.rpcCode === 0,
    );
    assert.equal(devnet.acceptedBlocks, 2);
    assert.deepEqual(await strike({ kind: 'answer', answer: 'duplicate-inconclusive' }), {
      kind: 'duplicate-inconclusive',
      raw: 'duplicate-inconclusive',
    });
    devnet.inject({ method: 'submitblock', kind: 'silence', times: 1 });
    const options = { timeoutMs: 100, retry: false };
    await assert.rejects(node.call('submitblock', ['00'], options), { code: 'ADIT_RPC_TIMEOUT' });
    assert.equal(devnet.acceptedBlocks, 2);
  });
});

/** A work source on a node that behaves like Zebra and has a cookie. */
async function onZebra(context: TestContext, fillMs: number) {
  const cookieFile = path.join(temporaryFolder(context), '.cookie');
  const options = {
    chain: CHAIN,
    cookieFile,
    hangUpOnWrongSecret: true,
    habits: { ...ZEBRA_HABITS, fillMs, longPollMs: 200 },
    initialTarget: 1n << 248n,
    mempoolSeconds: 0,
  };
  const devnet = await startZcashDevnet(options);
  const port = Number(new URL(devnet.url).port);
  const node = new ZcashNode({ url: devnet.url, cookieFile });
  const given: { height: number; news: WorkNews; empty: boolean }[] = [];
  const statuses: NodeStatus[] = [];
  const source = new ZcashWorkSource(
    { chain: CHAIN, refreshMs: 0 },
    {
      nodes: [node],
      onWork: ({ height, empty }, { news }) => given.push({ height, empty, news }),
      onStatus: (status) => statuses.push(status),
    },
  );
  source.start();
  context.after(async () => {
    await source.stop();
    node.close();
  });
  await until('work', () => given.length > 0);
  return { devnet, options: { ...options, port }, given, statuses };
}

test('with a node that behaves like Zebra no miner gets an empty block, and repeated templates are not news', async (context) => {
  const { devnet, given } = await onZebra(context, 5);
  context.after(() => devnet.close());
  for (let height = 2; height < 6; height += 1) {
    devnet.mineBlock();
    await until(`work of height ${height}`, () => given.some((work) => work.height === height));
    await until('another order', () => given.some((work) => work.height === height && work.news === 'order'));
  }
  assert.deepEqual(
    given.filter(({ news }) => news === 'tip').map(({ height }) => height),
    [1, 2, 3, 4, 5],
  );
  // On a very busy machine the 100 ms may pass. The full one must then have followed as filled.
  for (const { height } of given.filter(({ empty }) => empty))
    assert.ok(given.some((work) => work.height === height && work.news === 'filled'));
});

test('if the node proves a shielded coinbase, the empty block goes out first, and the full one after it', async (context) => {
  const { devnet, given } = await onZebra(context, 1_000);
  context.after(() => devnet.close());
  devnet.mineBlock();
  await until('the full template', () => given.some(({ news }) => news === 'filled'));
  assert.deepEqual(
    given.filter(({ news }) => news !== 'order'),
    [
      { height: 1, news: 'tip', empty: false },
      { height: 2, news: 'tip', empty: true },
      { height: 2, news: 'filled', empty: false },
    ],
  );
});

test('after a restart of the node, with a new cookie, there is work again without an operator', async (context) => {
  const { devnet, options, given, statuses } = await onZebra(context, 5);
  await devnet.close();
  await until('it is missed', () => statuses.at(-1)?.state === 'down');
  const second = await startZcashDevnet({ ...options, state: devnet.exportState() });
  context.after(() => second.close());
  second.mineBlock();
  await until('work of the new tip', () => given.some(({ height }) => height === 2));
  await until('the status', () => statuses.at(-1)?.state === 'ready');
});
