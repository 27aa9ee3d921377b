import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startZcashDevnet } from '@adit/devnet';
import { decodeHex, encodeHex, reverseBytes } from '@adit/primitives';
import { type WatchedZcashNode, ZcashBlockWatcher, ZcashNode, zcashChain } from '../../src/index.ts';
import { readMinedCoinbase } from '../../src/zcash/mined-coinbase.ts';
import { blocks, NO_VECTORS, zebraBlocks } from './vectors.ts';

const HASH = 'ab'.repeat(32);
const OTHER = 'cd'.repeat(32);

/** A node that has a block at a height, or another one. */
function nodeWith(tip: number, at: 'best' | 'side' | 'silent'): WatchedZcashNode {
  return {
    name: 'node',
    getBlockCount: async () => {
      if (at === 'silent') throw new Error('no answer');
      return tip;
    },
    getBlockHeader: async () => (at === 'best' ? { confirmations: tip - 100 + 1, height: 100 } : undefined),
    getBlockHash: async (height) => (height > tip ? undefined : at === 'best' ? HASH : OTHER),
    call: async () => {
      throw new Error('no answer');
    },
  };
}

const place = (...nodes: readonly WatchedZcashNode[]) =>
  new ZcashBlockWatcher({ scripts: [], isShielded: false }, { nodes }).place({ hash: HASH, height: 100 });

test('nodes with the highest tip say where a block is; one that lags has no word', async () => {
  assert.deepEqual(await place(nodeWith(110, 'best'), nodeWith(109, 'best'), nodeWith(104, 'side')), {
    kind: 'chain',
    place: 'best',
    depth: 10,
    nodes: 2,
  });
  assert.deepEqual(await place(nodeWith(110, 'side'), nodeWith(110, 'side'), nodeWith(105, 'best')), {
    kind: 'chain',
    place: 'side',
    depth: 11,
    nodes: 2,
  });
  assert.deepEqual(await place(nodeWith(99, 'side'), nodeWith(98, 'side')), {
    kind: 'chain',
    place: 'unknown',
    depth: 0,
    nodes: 2,
  });
});

test('a node that is far ahead stands alone, nodes that contradict are seen, and silence is no evidence', async () => {
  assert.deepEqual(await place(nodeWith(900, 'side'), nodeWith(110, 'best'), nodeWith(110, 'best')), {
    kind: 'chain',
    place: 'side',
    depth: 801,
    nodes: 1,
  });
  assert.deepEqual(await place(nodeWith(110, 'side'), nodeWith(110, 'best')), {
    kind: 'disagreement',
    depth: 11,
  });
  assert.equal(await place(nodeWith(110, 'silent')), undefined);
  assert.deepEqual(await place(nodeWith(110, 'silent'), nodeWith(110, 'best')), {
    kind: 'chain',
    place: 'best',
    depth: 11,
    nodes: 1,
  });
});

test('a block of a devnet pays what its coinbase says, to the scripts of the operator alone', async (t) => {
  const devnet = await startZcashDevnet({ chain: zcashChain('zcash-devnet'), mempoolSeconds: 0 });
  t.after(() => devnet.close());
  const node = new ZcashNode({ url: devnet.url });
  t.after(() => node.close());
  const hash = String(await node.call('devnet_mineBlock', []));
  const mined = readMinedCoinbase(decodeHex(await node.call('getblock', [hash, 0])));
  assert.ok(mined !== undefined);
  assert.equal(encodeHex(reverseBytes(mined.blockHash)), hash);
  const [first, ...others] = mined.outputs;
  assert.ok(first !== undefined && first.value > 0n);
  const watcher = new ZcashBlockWatcher({ scripts: [first.script], isShielded: false }, { nodes: [node] });
  const own = others.filter(({ script }) => encodeHex(script) === encodeHex(first.script));
  assert.equal(
    await watcher.reward({ hash, height: null }),
    own.reduce((sum, { value }) => sum + value, first.value),
  );
  const stranger = new ZcashBlockWatcher({ scripts: [], isShielded: false }, { nodes: [node] });
  assert.equal(await stranger.reward({ hash, height: null }), 0n);
  assert.deepEqual(await stranger.place({ hash, height: null }), {
    kind: 'chain',
    place: 'best',
    depth: 1,
    nodes: 1,
  });
  assert.equal(await stranger.reward({ hash: OTHER, height: null }), null);
  assert.equal(
    await watcher.expected({ hash, height: null }),
    await watcher.reward({ hash, height: null }),
    'known from the first look on',
  );
  assert.equal(await stranger.expected({ hash: OTHER, height: null }), undefined);
});

test('a node that gives another block, or other transactions, is not believed', async (t) => {
  const devnet = await startZcashDevnet({ chain: zcashChain('zcash-devnet'), mempoolSeconds: 0 });
  t.after(() => devnet.close());
  const node = new ZcashNode({ url: devnet.url });
  t.after(() => node.close());
  const [hash = '', other = ''] = [
    String(await node.call('devnet_mineBlock', [])),
    String(await node.call('devnet_mineBlock', [])),
  ];
  const lying = (change: (answer: unknown, params: readonly unknown[]) => Promise<unknown> | unknown) => ({
    ...nodeWith(110, 'best'),
    call: async (method: string, params: readonly unknown[]) =>
      change(await node.call(method, params), params),
  });
  const reward = (liar: WatchedZcashNode, ...more: readonly WatchedZcashNode[]) =>
    new ZcashBlockWatcher({ scripts: [], isShielded: true }, { nodes: [liar, ...more] }).reward({
      hash,
      height: null,
    });
  assert.equal(await reward(node), 0n);
  const givesOther = lying((_answer, [, verbosity]) => node.call('getblock', [other, verbosity]));
  assert.equal(await reward(givesOther), null);
  const otherTxids = lying(async (answer, [, verbosity]) =>
    verbosity === 1 ? node.call('getblock', [other, 1]) : answer,
  );
  assert.equal(await reward(otherTxids), null);
  const changed = lying((answer, [, verbosity]) =>
    verbosity === 0 ? String(answer).replace(/.{8}$/, '00000000') : answer,
  );
  // The last bytes are the coinbase's own: its id would be another one.
  assert.equal(await reward(changed, node), 0n);
  assert.equal(await reward(lying(() => 'no hex')), null);
});

test('coinbases of real blocks are read in every version, shielded ones with what they pay', {
  skip: NO_VECTORS,
}, () => {
  let [seen, shielded] = [0, 0];
  for (const { block, block_hash, merkle_root, coinbase } of blocks()) {
    const mined = readMinedCoinbase(decodeHex(block));
    if (coinbase.version < 4) {
      assert.equal(mined, undefined);
      continue;
    }
    assert.ok(mined !== undefined, block_hash);
    assert.equal(encodeHex(reverseBytes(mined.txid)), coinbase.txid);
    assert.ok(
      [block_hash, encodeHex(reverseBytes(decodeHex(block_hash)))].includes(
        encodeHex(reverseBytes(mined.blockHash)),
      ),
    );
    assert.ok(
      [merkle_root, encodeHex(reverseBytes(decodeHex(merkle_root)))].includes(
        encodeHex(reverseBytes(mined.merkleRoot)),
      ),
    );
    seen += 1;
    if (coinbase.sapling_outputs + coinbase.orchard_actions === 0) assert.equal(mined.shielded, 0n);
    else {
      assert.ok(mined.shielded > 0n, block_hash);
      shielded += 1;
    }
  }
  assert.ok(seen > 40 && shielded > 3, `${seen} ${shielded}`);
  for (const { hex, height } of zebraBlocks())
    assert.ok(readMinedCoinbase(decodeHex(hex)) !== undefined, String(height));
});
