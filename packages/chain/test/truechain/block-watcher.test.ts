import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COINBASE,
  epoch0Hasher,
  mineOne,
  solve,
  submit,
  withBench,
  workOf,
} from '../../../devnet/test/truechain/harness.ts';
import { type Solved, TrueChainBlockWatcher } from '../../src/index.ts';

const hasher = epoch0Hasher();

test('a block and a fruit of TrueChain are found by their nonce, and pay what the chain has paid', async () => {
  await withBench({}, async (bench) => {
    const { node, devnet } = bench;
    const work = await workOf(node);
    const fruit = solve(hasher, work.headerHash, { block: false, fruit: true });
    await submit(node, fruit);
    const block = await mineOne(bench, hasher);
    const solved = (what: Solved['what'], nonce: bigint): Solved => ({
      what,
      nonce,
      miners: [COINBASE],
      around: 1,
    });
    const watcher = new TrueChainBlockWatcher<Solved | undefined>({
      nodes: [node, node],
      solutionOf: async (found) => found,
    });
    const found = solved('block', block.nonce);
    const place = await watcher.place(found);
    assert.deepEqual(
      [place?.kind, place?.kind === 'chain' && [place.place, place.nodes]],
      ['chain', ['best', 2]],
    );
    assert.equal(await watcher.reward(found), null);
    for (let i = 0; i < 40; i += 1) devnet.mineBlock();
    const deep = await watcher.place(found);
    assert.ok(deep?.kind === 'chain' && deep.place === 'best' && deep.depth > 35);
    const number = (await node.snailNumber()) - deep.depth + 1;
    const content = await node.snailRewardContent(number);
    assert.ok(content !== undefined);
    assert.equal(await watcher.reward(found), content.block.amount);
    const small = solved('fruit', fruit.nonce);
    const at = await watcher.place(small);
    assert.ok(at?.kind === 'chain' && at.place === 'best');
    const holder = (await node.snailNumber()) - at.depth + 1;
    const paid = await node.snailRewardContent(holder);
    assert.equal(await watcher.reward(small), paid?.fruits[0]?.amount);
    const never = solved('block', block.nonce + 1n);
    const gone = await watcher.place(never);
    assert.ok(gone?.kind === 'chain' && gone.place === 'unknown' && gone.depth > 30);
    assert.equal(await watcher.reward(never), null);
    assert.equal(await watcher.place(undefined), undefined);
    assert.equal(await watcher.reward(undefined), null);
  });
});

test('what a node said holds for the next blocks of one look, and is asked anew when it is too old', async () => {
  const clock = { ms: 0 };
  let asked = 0;
  const node = {
    name: 'counted',
    snailNumber: async () => {
      asked += 1;
      return 5;
    },
    snailBlock: async () => undefined,
    snailHashes: async () => [],
    coinbase: async () => COINBASE,
    snailRewardContent: async () => undefined,
  };
  const watcher = new TrueChainBlockWatcher<Solved>({
    nodes: [node],
    solutionOf: async (found) => found,
    freshMs: 1_000,
    now: () => clock.ms,
  });
  const fruit = (nonce: bigint): Solved => ({ what: 'fruit', nonce, miners: [COINBASE], around: 3 });
  for (let nonce = 0n; nonce < 300n; nonce += 1n) await watcher.place(fruit(nonce));
  assert.equal(asked, 1);
  await watcher.place({ ...fruit(1n), around: 4 });
  assert.equal(asked, 2);
  clock.ms = 1_000;
  await watcher.place(fruit(1n));
  assert.equal(asked, 3);
});
