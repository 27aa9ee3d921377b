import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ZcashNode } from '@adit/chain';
import { type CoinbaseScript, startZcashDevnet } from '@adit/devnet';
import { decodeHex } from '@adit/primitives';
import { SMALL, startPool, zcashPool } from '@adit/test-kit/pools';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { ZcashRig } from '@adit/test-kit/zcash-rig';

const NETWORK = 1n << 248n;
const START = 3_543_402;
/** The third block that is mined is the first of NU7. */
const NU7 = START + 3;
const BRANCHES = { before: '5b16a537', after: 'd90a1977' };

/** A pool on a devnet that NU7 is about to reach, and a way to mine one block through it. */
async function setUp(context: TestContext, coinbaseScript: CoinbaseScript, coinbaseVersion: 4 | 5 | 6) {
  const devnet = await startZcashDevnet({
    chain: SMALL,
    initialTarget: NETWORK,
    mempoolSeconds: 0,
    startHeight: START,
    nu7Height: NU7,
    coinbaseScript,
    coinbaseVersion,
  });
  const chain = { ...zcashPool([devnet.url]), coinbaseText: 'The pool of the border', confirmations: 3 };
  const { pool, events, portOf } = await startPool(temporaryFolder(context), [chain]);
  const node = new ZcashNode({ url: devnet.url });
  context.after(async () => {
    await pool.stop();
    node.close();
    await devnet.close();
  });
  const rig = await ZcashRig.connect(portOf('zcash'), SMALL.equihash);
  /** @returns the coinbase of the block, as bytes of Latin-1 */
  const mine = async (): Promise<string> => {
    const height = devnet.height + 1;
    await until('work for the tip', async () => {
      const tip = Buffer.from(await node.getBestBlockHash(), 'hex')
        .reverse()
        .toString('hex');
      return rig.client.last('mining.notify')?.[2] === tip;
    });
    const share = await rig.solve((value) => value <= NETWORK / 4n);
    assert.equal((await rig.submit(share)).result, true);
    await until('the block is the tip', () => devnet.height === height);
    const raw = await node.call('getblock', [await node.getBlockHash(height), 0]);
    return Buffer.from(decodeHex(raw as string).subarray(140 + 1 + 36)).toString('latin1');
  };
  return { devnet, events, mine };
}

for (const coinbaseVersion of [4, 5, 6] as const) {
  test(`a pool mines across NU7 with its own text in every block, from version ${coinbaseVersion} on`, async (context) => {
    const { devnet, events, mine } = await setUp(context, 'free', coinbaseVersion);
    const texts = new Set<string>();
    for (let height = START + 1; height <= NU7 + 2; height += 1) {
      const block = await mine();
      const [text] = /The pool of the border [0-9a-f]{16,32}/.exec(block) ?? [];
      assert.ok(text !== undefined, `no text in block ${height}`);
      texts.add(text);
      const { before, after } = BRANCHES;
      const branch = height < NU7 ? before : after;
      const version = height < NU7 ? coinbaseVersion : 6;
      const hex = Buffer.from(block, 'latin1').toString('hex');
      // The number of transactions stands before the coinbase.
      assert.equal(hex.slice(2, 4), `0${version}`);
      if (version !== 4) assert.equal(hex.slice(18, 26), branch);
    }
    assert.equal(texts.size, 5, 'each block has random digits of its own');
    assert.equal(devnet.acceptedBlocks, 5);
    const submitted = events.filter((event) => event.kind === 'block_submitted');
    assert.deepEqual(
      submitted.map((event) => event.accepted),
      [true, true, true, true, true],
    );
  });
}

for (const coinbaseScript of ['fixed', 'undescribed'] as const) {
  test(`a pool mines across NU7 with the coinbase of a node whose script is ${coinbaseScript}`, async (context) => {
    const { devnet, mine } = await setUp(context, coinbaseScript, 5);
    for (let height = START + 1; height <= NU7 + 1; height += 1) {
      assert.doesNotMatch(await mine(), /The pool/);
    }
    assert.equal(devnet.acceptedBlocks, 4);
  });
}
