import assert from 'node:assert/strict';
import { readMinedCoinbase, transparentScript, zcashChain } from '@adit/chain';
import { decodeHex, encodeHex } from '@adit/primitives';
import { ZcashRig } from '@adit/test-kit/zcash-rig';
import { writeAddress, writeUnifiedAddress } from '@adit/wallets';
import { payeeReaderOf } from '../../../packages/cli/src/config/zcash/block-payees.ts';
import { mineOne } from './blocks.ts';
import { callNode } from './node-rpc.ts';
import { PoolSite } from './pool-site.ts';
import { SPENDABLE_ADDRESS } from './spendable.ts';
import type { ZebraStage } from './zebra-scenarios.ts';

const KEY_HASH = new Uint8Array(20).fill(0x51);
const SCRIPT_HASH = new Uint8Array(20).fill(0x52);
/** From the vectors of ZIP 316: its key is a point that can be paid. */
const ORCHARD = decodeHex(
  '6170bb326d6d596c1103834e8fb646ebce4f06c59a9f7baa75e502e30378edfa211a93c00fe911ceedf4ae',
);
const NETWORK = 'zcash-regtest';
const WORKERS = [
  [`${writeAddress({ kind: 'p2pkh', raw: KEY_HASH }, NETWORK)}.1`, transparentScript('p2pkh', KEY_HASH)],
  [`${writeAddress({ kind: 'p2sh', raw: SCRIPT_HASH }, NETWORK)}.1`, transparentScript('p2sh', SCRIPT_HASH)],
  [
    writeUnifiedAddress(
      [
        { kind: 'orchard', raw: ORCHARD },
        { kind: 'p2pkh', raw: SCRIPT_HASH },
      ],
      NETWORK,
    ),
    transparentScript('p2pkh', SCRIPT_HASH),
  ],
] as const;

/** Three miners with addresses of all kinds find a block each, beside a miner of the pool's usual port. */
export async function soloBlocks({ node, pool, folder }: ZebraStage): Promise<string> {
  const operator = payeeReaderOf(NETWORK)?.(SPENDABLE_ADDRESS);
  assert.ok(operator !== undefined && !('fault' in operator), 'the node pays a transparent address');
  const site = await PoolSite.start({
    folder,
    network: pool.network,
    nodes: [node],
    soloUnder: SPENDABLE_ADDRESS,
  });
  try {
    const { equihash } = zcashChain(site.network);
    let paid = 0n;
    for (const [worker, script] of WORKERS) {
      const rig = await ZcashRig.connect(site.soloPort, equihash, worker);
      const id = await mineOne(rig, node);
      const [own, fee] = await outputsOf(node, id);
      assert.ok(own !== undefined && fee !== undefined);
      assert.deepEqual([own.script, fee.script], [encodeHex(script), encodeHex(operator.script)]);
      assert.equal(fee.value, (own.value + fee.value) / 100n);
      assert.equal(site.events('block_found').find((event) => event['id'] === id)?.['paid'], 'solo-block');
      paid += own.value;
      rig.client.close();
    }
    const usual = await site.rig('usual.1');
    const [all] = await outputsOf(node, await mineOne(usual, node));
    assert.equal(all?.script, encodeHex(operator.script));
    usual.client.close();
    assert.deepEqual(site.events('payee_refused'), []);
    return `${WORKERS.length} blocks paid ${paid} zatoshi to their miners`;
  } finally {
    await site.stop();
  }
}

async function outputsOf(node: ZebraStage['node'], id: string) {
  const raw = decodeHex(await callNode(node, 'getblock', [id, 0]), undefined, 'block');
  const outputs = readMinedCoinbase(raw)?.outputs ?? [];
  return outputs.map(({ value, script }) => ({ value, script: encodeHex(script) }));
}
