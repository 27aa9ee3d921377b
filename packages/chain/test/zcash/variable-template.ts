import { MINER_SCRIPT, makeCoinbase } from '../../src/devnet/zcash/coinbase.ts';
import { encodeTransaction } from '../../src/devnet/zcash/transaction.ts';
import { authDigest, transactionId } from '../../src/devnet/zcash/transaction-digests.ts';
import { rulesOf } from '../devnet-zcash/rules-of.ts';
import { sampleTemplate } from './sample-template.ts';

/** A template of which every digest is right, as a devnet's coinbase has them. */
export function variableTemplate(
  version: 4 | 5 | 6,
  height: number,
  transactions: readonly Uint8Array[] = [],
): Record<string, unknown> {
  const coinbase = makeCoinbase({ rules: rulesOf(version), height, fees: 0n, payTo: MINER_SCRIPT });
  return sampleTemplate({
    height,
    coinbase: encodeTransaction(coinbase),
    coinbaseDigests: { txid: transactionId(coinbase), auth: authDigest(coinbase) },
    transactions,
  });
}
