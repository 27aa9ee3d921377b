import { beginsWithHeight, heightPush, MAX_COINBASE_SCRIPT } from '@adit/chain';
import { concatBytes, equalBytes } from '@adit/primitives';
import type { NetworkRules } from './rules.ts';
import { p2pkhScript, p2shScript } from './scripts.ts';
import { type TransparentOutput, type TransparentTransaction, totalOf } from './transaction.ts';

const hashOf = (byte: number): Uint8Array => new Uint8Array(20).fill(byte);
/** Script of the node's own miner address, whose coins belong to the pool's operator. Pay to public key hash. */
export const MINER_SCRIPT: Uint8Array = p2pkhScript(hashOf(0xad));
/** Script that is paid by blocks of other miners. */
export const STRANGER_SCRIPT: Uint8Array = p2pkhScript(hashOf(0x5e));
/** The funding stream's address, pay to script hash. */
const FUNDING_SCRIPT: Uint8Array = p2shScript(hashOf(0xf0));

/** The input of a coinbase has no previous output: 32 zero bytes and the index ffffffff. */
const NULL_PREVOUT = concatBytes(new Uint8Array(32), new Uint8Array(4).fill(0xff));
/** A push of "adit". */
const MARKER = Uint8Array.of(4, 0x61, 0x64, 0x69, 0x74);

/** The coinbase of a block: one transparent input, one output to the miner, one to the funding stream. */
export function makeCoinbase(options: {
  rules: NetworkRules;
  height: number;
  fees: bigint;
  payTo: Uint8Array;
}): TransparentTransaction {
  const { rules, height, fees, payTo } = options;
  const { coinbaseVersion: version, branchId, subsidy, fundingStream, lockbox } = rules;
  return {
    version,
    branchId: version === 4 ? 0 : branchId,
    lockTime: 0,
    expiryHeight: height,
    inputs: [{ prevout: NULL_PREVOUT, scriptSig: ownScript(height), sequence: 0xffff_ffff }],
    outputs: [
      { value: subsidy - fundingStream - lockbox + fees, script: payTo },
      { value: fundingStream, script: FUNDING_SCRIPT },
    ],
  };
}

/** Why a coinbase is refused. */
export type CoinbaseRule =
  | 'coinbase-missing'
  | 'coinbase-branch'
  | 'coinbase-height'
  | 'coinbase-text'
  | 'coinbase-expiry'
  | 'coinbase-funding'
  | 'coinbase-value';

/** The first rule that a coinbase breaks. */
export function checkCoinbase(
  coinbase: TransparentTransaction | undefined,
  context: {
    rules: NetworkRules;
    height: number;
    /** Fees of the block's other transactions, zatoshi. */
    fees: bigint;
    /** Refuses every script but the node's own, as a node would whose coinbase must not be varied. */
    ownScriptOnly: boolean;
  },
): CoinbaseRule | undefined {
  const { rules, height, fees, ownScriptOnly } = context;
  const [input, ...others] = coinbase?.inputs ?? [];
  if (coinbase === undefined || input === undefined || others.length > 0 || !isCoinbase(coinbase)) {
    return 'coinbase-missing';
  }
  if (coinbase.version !== 4 && coinbase.branchId !== rules.branchId) return 'coinbase-branch';
  const { length } = input.scriptSig;
  if (length < 2 || length > MAX_COINBASE_SCRIPT || !beginsWithHeight(input.scriptSig, height)) {
    return 'coinbase-height';
  }
  if (ownScriptOnly && !equalBytes(input.scriptSig, ownScript(height))) return 'coinbase-text';
  if (coinbase.expiryHeight !== height) return 'coinbase-expiry';
  if (!coinbase.outputs.some((output) => isFunding(output, rules))) return 'coinbase-funding';
  // ZIP 236: the outputs and the lockbox must use up subsidy and fees to the last zatoshi.
  return totalOf(coinbase.outputs) + rules.lockbox === rules.subsidy + fees ? undefined : 'coinbase-value';
}

export function isCoinbase(transaction: TransparentTransaction): boolean {
  const [input] = transaction.inputs;
  return input !== undefined && equalBytes(input.prevout, NULL_PREVOUT);
}

/** Zatoshi that a transaction pays to a script. */
export function paidTo(transaction: TransparentTransaction, to: Uint8Array): bigint {
  return totalOf(transaction.outputs.filter((output) => equalBytes(output.script, to)));
}

function ownScript(height: number): Uint8Array {
  return concatBytes(heightPush(height), MARKER);
}

function isFunding(output: TransparentOutput, rules: NetworkRules): boolean {
  return output.value === rules.fundingStream && equalBytes(output.script, FUNDING_SCRIPT);
}
