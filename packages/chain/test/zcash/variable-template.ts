import { MINER_SCRIPT, makeCoinbase } from '../../../devnet/src/zcash/coinbase.ts';
import { encodeTransaction } from '../../../devnet/src/zcash/transaction.ts';
import { authDigest, transactionId } from '../../../devnet/src/zcash/transaction-digests.ts';
import { rulesOf } from '../../../devnet/test/zcash/rules-of.ts';
import { sampleTemplate } from './sample-template.ts';

/** A template with correct digests, made like the coinbase of a devnet. */
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
