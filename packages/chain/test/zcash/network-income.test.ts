import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { type IncomeNode, ZcashNetworkIncome, ZcashNode, zcashChain } from '../../src/index.ts';

const PARAMS = zcashChain('zcash-devnet-48_5');

/** A node that answers a subsidy, in coins. */
const nodeWith = (miner: unknown, tip = 100): IncomeNode => ({
  getBlockCount: async () => tip,
  getBlockHash: async () => undefined,
  call: async () => ({ miner, fundingstreamstotal: 0.125 }),
});
const subsidyOf = (...nodes: readonly IncomeNode[]) =>
  new ZcashNetworkIncome(PARAMS, { nodes }).nextSubsidy();

test("the price of a block is the miner's part of the next subsidy, to the zatoshi", async () => {
  assert.equal(await subsidyOf(nodeWith(0.41666667)), 41_666_667n);
  assert.equal(await subsidyOf(nodeWith(1.25), nodeWith(1.25)), 125_000_000n);
});

test('nodes that contradict each other, or answer nonsense, give no price', async () => {
  assert.equal(await subsidyOf(nodeWith(1.25), nodeWith(1.5)), undefined);
  assert.equal(await subsidyOf(nodeWith('1.25')), undefined);
  assert.equal(await subsidyOf(nodeWith(-1)), undefined);
  assert.equal(await subsidyOf(nodeWith(Number.NaN), nodeWith(1.25)), 125_000_000n);
  assert.equal(await subsidyOf(), undefined);
});

test('the fees of recent blocks are what their coinbases pay beyond subsidy and streams', async (t) => {
  const devnet = await startZcashDevnet({ chain: PARAMS, mempoolTransactions: 2 });
  t.after(() => devnet.close());
  const node = new ZcashNode({ url: devnet.url });
  t.after(() => node.close());
  for (let i = 0; i < 10; i += 1) devnet.mineBlock();
  const incomes = new ZcashNetworkIncome(PARAMS, { nodes: [node] });
  const day = await incomes.lastDay();
  assert.equal(day?.length, devnet.height);
  assert.ok(day?.every(({ subsidy }) => subsidy === 125_000_000n));
  assert.ok(day?.some(({ fees }) => fees > 0n));
});
