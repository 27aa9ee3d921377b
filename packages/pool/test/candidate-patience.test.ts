import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ZcashNode } from '@adit/chain';
import type { Candidate } from '../src/blocks/candidate-store.ts';
import { zcashCandidateChain } from '../src/zcash/candidates.ts';

const HASH = 'ab'.repeat(32);
const HEIGHT = 3_543_405;

const BLOCK: Candidate = {
  chain: 'zcash',
  what: 'block',
  id: HASH,
  height: HEIGHT,
  worker: 'w',
  // The clock was years ahead, or behind.
  foundAtMs: 0,
  payload: '',
  answers: [],
  state: 'submitted',
};

/** A node whose tip is `above` blocks above the height, with the block on its best chain or beside it. */
function node(above: number, has: 'best' | 'side'): ZcashNode {
  return {
    name: 'a',
    getBlockHeader: async () => ({ confirmations: has === 'best' ? above + 1 : -1, height: HEIGHT }),
    getBlockHash: async () => (has === 'best' ? HASH : 'cd'.repeat(32)),
    getBlockCount: async () => HEIGHT + above,
  } as unknown as ZcashNode;
}

const lagging = {
  name: 'lagging',
  getBlockHeader: async () => undefined,
  getBlockHash: async () => undefined,
  getBlockCount: async () => HEIGHT - 300,
} as unknown as ZcashNode;

const fateOf = async (...nodes: ZcashNode[]) => {
  const fate = await zcashCandidateChain({ nodes, confirmations: 100 }).fate(BLOCK);
  return [fate?.state, fate?.final, fate?.again];
};

// Heights decide, not hours: one chain has blocks every 75 s, another every 25 s, and clocks are set.
for (const { above, final, again } of [
  { above: -1, final: false, again: true },
  { above: 0, final: false, again: true },
  { above: 19, final: false, again: true },
  { above: 20, final: false, again: false },
  { above: 199, final: false, again: false },
  { above: 200, final: true, again: false },
]) {
  test(`a block beside the chain is ${again ? '' : 'not '}handed in again and ${final ? '' : 'not '}given up when the tip is ${above} above it`, async () => {
    assert.deepEqual(await fateOf(node(above, 'side')), ['side_chain', final, again]);
  });
}

test('only the confirmations decide when a block of the best chain is final', async () => {
  assert.deepEqual(await fateOf(node(98, 'best')), ['best_chain', false, false]);
  assert.deepEqual(await fateOf(node(99, 'best')), ['best_chain', true, false]);
});

test('neither success nor loss is final before most nodes say so', async () => {
  assert.deepEqual(await fateOf(node(500, 'best'), lagging), ['best_chain', false, false]);
  assert.deepEqual(await fateOf(node(500, 'side'), lagging), ['side_chain', false, true]);
  assert.deepEqual(await fateOf(node(500, 'best'), node(500, 'best'), lagging), ['best_chain', true, false]);
});
