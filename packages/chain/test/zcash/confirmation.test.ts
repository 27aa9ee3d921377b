import assert from 'node:assert/strict';
import { test } from 'node:test';
import { confirmBlock } from '../../src/zcash/confirmation.ts';

const OURS = 'aa'.repeat(32);
const THEIRS = 'bb'.repeat(32);

/** A node with a tip, what it says of our block at height 100, and the block it has there. */
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

test('a block of the best chain has its confirmations, the fewest that the best nodes count', async () => {
  assert.deepEqual(await ask(judge(105, 6, OURS)), { state: 'best_chain', confirmations: 6, answered: 1 });
  assert.deepEqual(await ask(judge(105, 6, OURS), judge(105, 5, OURS), dead), {
    state: 'best_chain',
    confirmations: 5,
    answered: 2,
  });
});

test('a node that lags is no judge, neither for nor against', async () => {
  const lagging = judge(99, undefined, undefined);
  assert.equal((await ask(lagging, judge(105, 6, OURS))).state, 'best_chain');
  const onOldBranch = judge(101, 2, OURS);
  assert.equal((await ask(onOldBranch, judge(105, -1, THEIRS))).state, 'side_chain');
});

test('two best nodes that contradict each other confirm nothing yet', async () => {
  assert.deepEqual(await ask(judge(100, 1, OURS), judge(100, undefined, THEIRS)), {
    state: 'best_chain',
    confirmations: 0,
    answered: 2,
  });
});

test('a header that claims the best chain is checked against the block at its height', async () => {
  assert.equal((await ask(judge(105, 6, THEIRS))).state, 'side_chain');
});

test('a block that nobody knows is unknown, unless another stands in its place', async () => {
  assert.equal((await ask(judge(99, undefined, undefined))).state, 'unknown');
  assert.equal((await ask(judge(105, undefined, THEIRS))).state, 'side_chain');
});

test('where no node answers nothing is said about the block', async () => {
  assert.deepEqual(await ask(dead), { state: 'unknown', confirmations: 0, answered: 0 });
});
