import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmBlock } from '../../src/zcash/confirmation.ts';

const OURS = 'aa'.repeat(32);
const THEIRS = 'bb'.repeat(32);

/** A node with a tip, its answer about our block at height 100, and the block that it has at that height. */
function judge(tip: number, confirmations: number | undefined, at100: string | undefined) {
  return {
    name: `tip ${tip}`,
    getBlockCount: async () => tip,
    getBlockHeader: async () => (confirmations === undefined ? undefined : { confirmations, height: 100 }),
    getBlockHash: async () => at100,
  };
}
const dead = {
  name: 'dead',
  getBlockCount: async (): Promise<number> => {
    throw new Error('refused');
  },
  getBlockHeader: async () => undefined,
  getBlockHash: async () => undefined,
};
const ask = (...nodes: Parameters<typeof confirmBlock>[0]) => confirmBlock(nodes, OURS, 100);

const stands = async (...nodes: Parameters<typeof confirmBlock>[0]) => {
  const { state, confirmations, decided } = await ask(...nodes);
  return [state, confirmations, decided];
};
/** A node whose tip is below the block. */
const lagging = judge(99, undefined, undefined);
const orphaned = judge(105, undefined, THEIRS);

test('a single node is believed', async () => {
  assert.deepEqual(await ask(judge(105, 6, OURS)), {
    state: 'best_chain',
    confirmations: 6,
    answered: 1,
    decided: true,
    tip: 105,
  });
  assert.deepEqual(await stands(orphaned), ['side_chain', 0, true]);
});

test('a block has the confirmations that more than half of all nodes report', async () => {
  assert.deepEqual(await stands(judge(105, 6, OURS), judge(104, 5, OURS)), ['best_chain', 5, true]);
  assert.deepEqual(await stands(judge(105, 6, OURS), judge(104, 5, OURS), dead), ['best_chain', 5, true]);
  assert.deepEqual(await stands(judge(105, 6, OURS), judge(104, 5, OURS), judge(102, 3, OURS)), [
    'best_chain',
    5,
    true,
  ]);
});

test('one of three nodes cannot make a block final that was never mined by claiming a tip far ahead', async () => {
  const liar = judge(2_000_100, 2_000_001, OURS);
  const honest = judge(99, undefined, undefined);
  const found = await ask(liar, honest, honest);
  assert.deepEqual([found.confirmations, found.decided, found.tip], [0, false, 99]);
  assert.deepEqual(await stands(liar, orphaned, orphaned), ['side_chain', 0, true]);
  // Nor does a claim add confirmations to a block that was mined.
  assert.deepEqual(await stands(liar, judge(105, 6, OURS), judge(105, 6, OURS)), ['best_chain', 6, true]);
});

test('a node that lags delays the verdict and does not reverse it', async () => {
  assert.deepEqual(await stands(lagging, judge(105, 6, OURS)), ['best_chain', 0, false]);
  assert.deepEqual(await stands(lagging, orphaned), ['side_chain', 0, false]);
  assert.deepEqual(await stands(lagging, judge(105, 6, OURS), judge(105, 6, OURS)), ['best_chain', 6, true]);
  assert.deepEqual(await stands(lagging, lagging, judge(105, 6, OURS)), ['best_chain', 0, false]);
});

test('half of the nodes, or fewer, decide nothing while the others are down', async () => {
  assert.deepEqual(await stands(judge(105, 6, OURS), dead), ['best_chain', 0, false]);
  assert.deepEqual(await stands(judge(105, 6, OURS), dead, dead), ['best_chain', 0, false]);
  assert.deepEqual(await stands(orphaned, dead), ['side_chain', 0, false]);
});

test('two nodes that contradict each other decide nothing, whichever is higher', async () => {
  assert.deepEqual(await stands(judge(100, 1, OURS), judge(100, undefined, THEIRS)), [
    'best_chain',
    0,
    false,
  ]);
  assert.deepEqual(await stands(judge(101, 2, OURS), judge(105, -1, THEIRS)), ['best_chain', 0, false]);
});

test('two of three nodes that have another block in its place decide against it', async () => {
  assert.deepEqual(await stands(judge(105, 6, OURS), orphaned, judge(105, -1, THEIRS)), [
    'side_chain',
    0,
    true,
  ]);
});

test('a header that claims the best chain is checked against the block at its height', async () => {
  assert.equal((await ask(judge(105, 6, THEIRS))).state, 'side_chain');
});

test('a block that no node knows is unknown, unless another block has its height', async () => {
  assert.equal((await ask(lagging)).state, 'unknown');
  assert.equal((await ask(orphaned)).state, 'side_chain');
});

test('without an answer the state says nothing about the block', async () => {
  assert.deepEqual(await ask(dead), {
    state: 'unknown',
    confirmations: 0,
    answered: 0,
    decided: false,
    tip: -1,
  });
});
