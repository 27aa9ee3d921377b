import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZcashNode as Node, type ZcashNode, type ZcashWork, zcashChain } from '@adit/chain';
import { startZcashDevnet } from '@adit/devnet';
import { nodeAdvice } from '../src/config/zcash/node-advice.ts';

const CHAIN = zcashChain('zcash-devnet-48_5');

/** A node whose coinbase has the given end, and whose answers take this long. */
function asked(coinbase: Uint8Array, seconds: number): Promise<string | undefined> {
  let ms = 0;
  const node: Pick<ZcashNode, 'name' | 'getWork'> = {
    name: 'zebra:8232',
    getWork: async () => {
      ms += seconds * 1000;
      return { coinbase } as ZcashWork;
    },
  };
  return nodeAdvice(node, CHAIN, { now: () => ms });
}

const TRANSPARENT = Uint8Array.of(5, 0, 0, 0x80, 1, 2, 3, 0, 0, 0);
const SHIELDED = Uint8Array.of(5, 0, 0, 0x80, 1, 2, 3, 4, 5, 6);

test('the advice for a node that pays into a shielded pool says what that costs', async () => {
  assert.match(
    (await asked(SHIELDED, 0.1)) ?? '',
    /^zebra:8232 pays the reward to a shielded address: .*empty blocks/,
  );
});

test('there is advice for a node that takes long for a template, and none for a quick one', async () => {
  assert.match(
    (await asked(TRANSPARENT, 17)) ?? '',
    /took 17\.0 s for a template\. If its miner_address is shielded/,
  );
  assert.equal(await asked(TRANSPARENT, 0.2), undefined);
});

test('there is no advice for a real node that pays transparently, and a node that is down is not a fault', async () => {
  const devnet = await startZcashDevnet({ chain: CHAIN, mempoolSeconds: 0 });
  const node = new Node({ url: devnet.url, retries: 0 });
  try {
    for (const coinbaseVersion of [4, 5, 6] as const) {
      const other = await startZcashDevnet({ chain: CHAIN, mempoolSeconds: 0, coinbaseVersion });
      const versioned = new Node({ url: other.url });
      assert.equal(await nodeAdvice(versioned, CHAIN), undefined);
      versioned.close();
      await other.close();
    }
    assert.match(
      (await nodeAdvice(node, zcashChain('zcash'))) ?? '',
      /gave no template: .*another network than zcash/,
    );
  } finally {
    await devnet.close();
  }
  const advice = (await nodeAdvice(node, CHAIN)) ?? '';
  assert.match(advice, /^no template: .* cannot be reached: /);
  assert.equal(advice.split(node.name).length, 2, 'its address once');
  node.close();
});
