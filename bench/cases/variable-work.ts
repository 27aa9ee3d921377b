import { authDataRoot, blockCommitments, workFromTemplate, type ZcashWork, zcashChain } from '@adit/chain';
import { bigintToBytes, decodeHex, encodeHex, reverseBytes } from '@adit/primitives';
import { must } from '../case.ts';

/** The transaction id of the coinbase below, in display order: ZIP 244 over its bytes. */
const COINBASE = {
  txid: 'f366e4f70aba00facac3c0b4107d6149e8a79fe9f240c91f11e60b9fc4f5f242',
  authDigest: '7d24f251cb488646c29d5559b37daa28a6dfce3870a6a911d08f50b07cf96c0f',
};
/** @returns work of a made-up template with a coinbase of version 5 that pays one address */
export function variableWork(transactions: number): ZcashWork {
  const display = (hash: Uint8Array) => encodeHex(reverseBytes(hash));
  const height = 3_500_000;
  const ids = Array.from({ length: transactions }, (_, i) => bigintToBytes(BigInt(i + 1), 32));
  const history = new Uint8Array(32);
  const coinbase = {
    data:
      '050000800a27a7265b16a53700000000e067350001' +
      `${'00'.repeat(32)}ffffffff0903e0673504f09fa693ffffffff01` +
      `40597307000000001976a914${'ad'.repeat(20)}88ac000000`,
    hash: COINBASE.txid,
    authdigest: COINBASE.authDigest,
  };
  const digests = [reverseBytes(decodeHex(COINBASE.authDigest)), ...ids];
  const work = workFromTemplate(
    {
      version: 4,
      height,
      previousblockhash: '11'.repeat(32),
      bits: '1f07ffff',
      curtime: 1_790_000_000,
      blockcommitmentshash: display(blockCommitments(history, authDataRoot(digests))),
      defaultroots: { chainhistoryroot: display(history) },
      coinbasetxn: coinbase,
      transactions: ids.map((id) => ({ data: '00', hash: display(id), authdigest: display(id) })),
    },
    zcashChain('zcash'),
  );
  must(work.variation !== undefined, 'the coinbase can be varied');
  return work;
}
