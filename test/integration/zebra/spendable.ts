import assert from 'node:assert/strict';
import { bigintFromBytes, decodeHex, encodeHex, reverseBytes } from '@adit/primitives';
import { encodeTransaction } from '../../../packages/devnet/src/zcash/transaction.ts';
import { callNode, type NodePlace } from './node-rpc.ts';

/**
 * Pays to the script hash of OP_TRUE: whoever shows that script may spend it, so that a suite can make transactions
 * without keys and a wallet. Testnet's prefix, which Regtest shares.
 */
export const SPENDABLE_ADDRESS = 't2SRyAR26tXTnZHfpa3jPqeyYmxCbAZxUnh';
const OP_TRUE = 0x51;
const SCRIPT = Uint8Array.from(Buffer.from('a914da1745e9b549bd0bfa1a569971c77eba30cd5a4b87', 'hex'));
/** ZIP 317 for two actions. */
const FEE = 10_000n;

/**
 * Sends transactions that spend rewards, each one of its own.
 * @param from which blocks' rewards: the first has height 1
 * @returns their ids, display order
 */
export async function spendCoinbases(
  node: NodePlace,
  from: number,
  count: number,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let height = from + 1; height <= from + count; height += 1) {
    ids.push(String(await callNode(node, 'sendrawtransaction', [await spend(node, height)])));
  }
  return ids;
}

async function spend(node: NodePlace, height: number): Promise<string> {
  const { tx } = (await callNode(node, 'getblock', [String(height), 1])) as { tx: readonly string[] };
  const { vout } = (await callNode(node, 'getrawtransaction', [tx[0], 1])) as {
    vout: readonly { readonly valueZat: number; readonly scriptPubKey: { readonly hex: string } }[];
  };
  const index = vout.findIndex(({ scriptPubKey }) => scriptPubKey.hex === encodeHex(SCRIPT));
  const value = BigInt(vout[index]?.valueZat ?? 0);
  assert.ok(value > FEE, `block ${height} pays nothing that can be spent`);
  const { consensus } = (await callNode(node, 'getblockchaininfo')) as { consensus: { nextblock: string } };
  const prevout = new Uint8Array(36);
  prevout.set(reverseBytes(decodeHex(tx[0], 32, 'transaction id')));
  prevout[32] = index;
  return encodeHex(
    encodeTransaction({
      version: 5,
      branchId: Number(bigintFromBytes(decodeHex(consensus.nextblock, 4, 'branch id'))),
      lockTime: 0,
      expiryHeight: 0,
      inputs: [{ prevout, scriptSig: Uint8Array.of(1, OP_TRUE), sequence: 0xffff_ffff }],
      outputs: [{ value: value - FEE, script: SCRIPT }],
    }),
  );
}
