import { concatBytes, equalBytes, startsWithBytes, tryDecodeHex } from '@adit/primitives';
import { heightPush } from '../../zcash/coinbase-script.ts';
import type { TransparentOutput, TransparentTransaction } from './transaction.ts';

/** NU6.3. The devnet's chain lives in this upgrade from its first block. */
export const BRANCH_ID = 0x37a5165b;

/** Today's mainnet subsidy and its split: 80 % miner, 8 % funding stream, 12 % lockbox (which is no output). */
export const SUBSIDY = 156_250_000n;
export const FUNDING_STREAM = 12_500_000n;
export const LOCKBOX = 18_750_000n;

const script = (hex: string): Uint8Array => tryDecodeHex(hex) ?? new Uint8Array();
/** The node's own miner address: what it earns, the pool's operator earns. Pay to public key hash. */
export const MINER_SCRIPT: Uint8Array = script(`76a914${'ad'.repeat(20)}88ac`);
/** The receiver of the blocks that come from elsewhere. */
export const STRANGER_SCRIPT: Uint8Array = script(`76a914${'5e'.repeat(20)}88ac`);
/** The funding stream's address, pay to script hash. */
export const FUNDING_SCRIPT: Uint8Array = script(`a914${'f0'.repeat(20)}87`);

/** No previous output: 32 zero bytes and the index ffffffff. */
const NULL_PREVOUT = concatBytes(new Uint8Array(32), new Uint8Array(4).fill(0xff));
/** A push of "adit". */
const MARKER = Uint8Array.of(4, 0x61, 0x64, 0x69, 0x74);

/** The coinbase of a block: one transparent input, one output to the miner, one to the funding stream. */
export function makeCoinbase(options: {
  version: 4 | 5 | 6;
  height: number;
  fees: bigint;
  payTo: Uint8Array;
}): TransparentTransaction {
  const { version, height, fees, payTo } = options;
  return {
    version,
    branchId: version === 4 ? 0 : BRANCH_ID,
    lockTime: 0,
    expiryHeight: height,
    inputs: [
      { prevout: NULL_PREVOUT, scriptSig: concatBytes(heightPush(height), MARKER), sequence: 0xffff_ffff },
    ],
    outputs: [
      { value: SUBSIDY - FUNDING_STREAM - LOCKBOX + fees, script: payTo },
      { value: FUNDING_STREAM, script: FUNDING_SCRIPT },
    ],
  };
}

export type CoinbaseRule =
  | 'coinbase-missing'
  | 'coinbase-branch'
  | 'coinbase-height'
  | 'coinbase-expiry'
  | 'coinbase-funding'
  | 'coinbase-value';

/** The first rule that a coinbase breaks. @param fees of the block's other transactions, zatoshi */
export function checkCoinbase(
  coinbase: TransparentTransaction | undefined,
  height: number,
  fees: bigint,
): CoinbaseRule | undefined {
  const [input, ...others] = coinbase?.inputs ?? [];
  if (coinbase === undefined || input === undefined || others.length > 0 || !isCoinbase(coinbase)) {
    return 'coinbase-missing';
  }
  if (coinbase.version !== 4 && coinbase.branchId !== BRANCH_ID) return 'coinbase-branch';
  const { length } = input.scriptSig;
  if (length < 2 || length > 100 || !startsWithBytes(input.scriptSig, heightPush(height)))
    return 'coinbase-height';
  if (coinbase.expiryHeight !== height) return 'coinbase-expiry';
  if (!coinbase.outputs.some((output) => isFunding(output))) return 'coinbase-funding';
  // ZIP 236: the outputs and the lockbox must use up subsidy and fees to the last zatoshi.
  const total = coinbase.outputs.reduce((sum, output) => sum + output.value, 0n);
  return total + LOCKBOX === SUBSIDY + fees ? undefined : 'coinbase-value';
}

export function isCoinbase(transaction: TransparentTransaction): boolean {
  const [input] = transaction.inputs;
  return input !== undefined && equalBytes(input.prevout, NULL_PREVOUT);
}

/** Zatoshi that a transaction pays to a script. */
export function paidTo(transaction: TransparentTransaction, to: Uint8Array): bigint {
  return transaction.outputs
    .filter((output) => equalBytes(output.script, to))
    .reduce((sum, output) => sum + output.value, 0n);
}

function isFunding(output: TransparentOutput): boolean {
  return output.value === FUNDING_STREAM && equalBytes(output.script, FUNDING_SCRIPT);
}
