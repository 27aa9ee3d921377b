import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type Bench,
  COINBASE,
  epoch0Hasher,
  mineOne,
  solve,
  submit,
  withBench,
  workOf,
} from '../../../devnet/test/truechain/harness.ts';
import { MinedIndex, type Solved, TrueChainNode } from '../../src/index.ts';
import { withProxy } from './proxy.ts';

const hasher = epoch0Hasher();
const OTHER = `0x${'6b'.repeat(20)}`;

const solved = (nonce: bigint, around: number, more: Partial<Solved> = {}): Solved => ({
  what: 'block',
  nonce,
  miners: [COINBASE],
  around,
  ...more,
});

/** Where each solution stands after one look: its confirmations, or its state. */
async function look(index: MinedIndex, ...wanted: readonly Solved[]) {
  await index.refresh(wanted);
  return wanted.map((one) => {
    const { state, confirmations, decided } = index.find(one);
    return state === 'best_chain' ? confirmations : decided ? 'lost' : 'not seen';
  });
}

async function mineFruit({ node }: Bench): Promise<bigint> {
  const work = await workOf(node);
  const fruit = solve(hasher, work.headerHash, { block: false, fruit: true });
  await submit(node, fruit);
  return fruit.nonce;
}

test('the index finds a block by nonce and miner, even a few blocks beside the expected number', async () => {
  await withBench({}, async (bench) => {
    const { nonce } = await mineOne(bench, hasher);
    for (let i = 0; i < 4; i += 1) bench.devnet.mineBlock();
    const index = new MinedIndex([bench.node]);
    for (const around of [1, 2, 3]) {
      const miners = [COINBASE.toUpperCase().replace('0X', '0x')];
      assert.deepEqual(await look(index, solved(nonce, around, { miners })), [5]);
    }
    const others = [
      solved(nonce, 4),
      solved(nonce + 1n, 1),
      solved(nonce, 1, { miners: [OTHER] }),
      // There is nothing to ask for above the head.
      solved(nonce, 50),
      // The block is not a fruit.
      solved(nonce, 1, { what: 'fruit' }),
    ];
    assert.deepEqual(
      await look(index, ...others),
      others.map(() => 'not seen'),
    );
  });
});

test('the index finds a solution for an address that the node no longer pays', async () => {
  await withBench({}, async (bench) => {
    const { nonce } = await mineOne(bench, hasher);
    bench.devnet.setEtherbase(OTHER);
    const index = new MinedIndex([bench.node]);
    assert.deepEqual(
      await look(index, solved(nonce, 1), solved(nonce, 1, { miners: [OTHER, COINBASE] })),
      [1, 1],
    );
    // Without recorded miners only the node's present address can be compared.
    assert.deepEqual(await look(index, solved(nonce, 1, { miners: [] })), ['not seen']);
    bench.devnet.setEtherbase(COINBASE);
    assert.deepEqual(await look(index, solved(nonce, 1, { miners: [] })), [1]);
  });
});

test('a fruit is found in the snail block that took it', async () => {
  await withBench({}, async (bench) => {
    assert.equal(await bench.node.pendingSnailNumber(), 1);
    const nonce = await mineFruit(bench);
    const fruit = solved(nonce, 1, { what: 'fruit' });
    const index = new MinedIndex([bench.node]);
    assert.deepEqual(await look(index, fruit), ['not seen']);
    bench.devnet.mineBlock();
    bench.devnet.mineBlock();
    const later = [{ ...fruit, around: 3 }, { ...fruit, nonce: nonce + 1n }, solved(nonce, 1)];
    assert.deepEqual(await look(index, fruit, ...later), [2, 'not seen', 'not seen', 'not seen']);
    assert.equal(index.head, 2);
  });
});

test('the index no longer finds an orphaned block, and finds one that came back', async () => {
  await withBench({}, async (bench) => {
    const { nonce } = await mineOne(bench, hasher);
    const index = new MinedIndex([bench.node]);
    assert.deepEqual(await look(index, solved(nonce, 1)), [1]);
    bench.devnet.reorg(1);
    assert.deepEqual(await look(index, solved(nonce, 1)), ['not seen']);
    // A solution is lost when the chain is twelve blocks past the last block that could hold it.
    while (bench.devnet.snailNumber < 1 + 3 + 12) bench.devnet.mineBlock();
    assert.deepEqual(await look(index, solved(nonce, 1)), ['lost']);
  });
});

test('hundreds of open fruits cost as many calls as one: the index asks for each new snail block once', async () => {
  await withBench({}, async (bench) => {
    const asked = new Map<string, number>();
    const answer = (method: string, real: () => Promise<unknown>): Promise<unknown> => {
      asked.set(method, (asked.get(method) ?? 0) + 1);
      return real();
    };
    await withProxy(bench.devnet, answer, async (url) => {
      const node = new TrueChainNode({ url, retries: 0 });
      const index = new MinedIndex([node]);
      const open = Array.from({ length: 404 }, (_, i) => solved(BigInt(i), 1 + (i % 3), { what: 'fruit' }));
      for (let i = 0; i < 5; i += 1) bench.devnet.mineBlock();
      await index.refresh(open);
      assert.deepEqual(asked.get('etrue_getSnailBlockByNumber'), 5);
      for (let i = 0; i < 10; i += 1) await index.refresh(open);
      bench.devnet.mineBlock();
      await index.refresh(open);
      assert.equal(asked.get('etrue_getSnailBlockByNumber'), 6);
      const all = [...asked.values()].reduce((sum, count) => sum + count, 0);
      // The height, and the hashes of recent blocks in one batch, of which the proxy sees each.
      assert.equal(asked.get('etrue_snailBlockNumber'), 12);
      assert.ok(all < 100, `${all} questions`);
      node.close();
    });
  });
});

test('the majority of several nodes decides, and a node that is down has no vote', async () => {
  await withBench({}, async (bench) => {
    await withBench({ salt: 'other' }, async (other) => {
      const dead = new TrueChainNode({ url: 'http://127.0.0.1:9/', retries: 0 });
      const { nonce } = await mineOne(bench, hasher);
      const find = async (...nodes: TrueChainNode[]) => {
        const index = new MinedIndex(nodes);
        await index.refresh([solved(nonce, 1)]);
        const { state, confirmations, decided, answered } = index.find(solved(nonce, 1));
        return [state, confirmations, decided, answered];
      };
      assert.deepEqual(await find(bench.node, bench.node, dead), ['best_chain', 1, true, 2]);
      assert.deepEqual(await find(bench.node, other.node, dead), ['best_chain', 0, false, 2]);
      while (other.devnet.snailNumber < 16) other.devnet.mineBlock();
      assert.deepEqual(await find(bench.node, other.node, other.node), ['unknown', 0, true, 3]);
      assert.deepEqual(await find(dead), ['unknown', 0, false, 0]);
      dead.close();
    });
  });
});
