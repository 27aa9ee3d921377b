import { displayHash } from '@adit/chain';
import { equalBytes, readUint32LE } from '@adit/primitives';
import { type BlockEntry, type BlockTree, outpointKey } from '../block-tree.ts';
import { isCoinbase } from '../coinbase.ts';
import type { ConsensusRules } from '../rules.ts';
import { type TransparentOutput, type TransparentTransaction, totalOf } from '../transaction.ts';
import { readNote } from './note-script.ts';

/** Why a node does not take a payment, with Zebra's code and words. */
export interface PaymentRefusal {
  readonly cause:
    | 'expired'
    | 'branch'
    | 'spent'
    | 'unknown_input'
    | 'coinbase'
    | 'value'
    | 'dust'
    | 'actions';
  readonly code: number;
  readonly message: string;
}

export interface PaymentContext {
  readonly tree: BlockTree;
  readonly rules: ConsensusRules;
  readonly coinbaseMaturity: number;
}

/** Script of an input that a wallet of the devnet signed. Made-up transactions have others, and spend what nobody knows. */
export const SIGNED: Uint8Array = Uint8Array.of(4, 0x70, 0x61, 0x69, 0x64);
/** Zebra's verdict about a transaction that breaks a rule. */
export const REFUSED = -25;
/** Least value of a transparent output that nodes relay. */
const LEAST_TRANSPARENT = 54n;
/** ZIP 218: most shielded actions of a block. */
const MOST_ACTIONS = 330;
/** ZIP 317. */
export const MARGINAL_FEE = 5_000n;

/** Whether it spends what is known, and so has to keep the rules. */
export function isPayment(transaction: TransparentTransaction): boolean {
  return (
    transaction.inputs.length > 0 &&
    transaction.inputs.every(({ scriptSig }) => equalBytes(scriptSig, SIGNED))
  );
}

/** The first rule that a payment breaks in a block on `parent`, or its fee. */
export function checkPayment(
  transaction: TransparentTransaction,
  parent: BlockEntry,
  context: PaymentContext,
): PaymentRefusal | { readonly fee: bigint } {
  const height = parent.height + 1;
  const { branchId, expiryHeight, inputs, outputs } = transaction;
  if (expiryHeight !== 0 && expiryHeight < height)
    return refusal(
      'expired',
      `transaction must not be mined at a block Height(${height}) greater than its expiry Height(${expiryHeight})`,
    );
  if (branchId !== context.rules.at(height).branchId)
    return refusal('branch', 'transaction uses an incorrect consensus branch id');
  let paid = 0n;
  let fromCoinbase = false;
  for (const { prevout } of inputs) {
    if (context.tree.branchSpends(parent, outpointKey(prevout)))
      return refusal('spent', 'duplicate nullifier in the finalized or non-finalized state');
    const source = spentOutput(prevout, parent, context.tree);
    if (source === undefined) return refusal('unknown_input', 'unknown Ironwood anchor');
    if (source.ofCoinbase && height - source.height < context.coinbaseMaturity)
      return refusal('coinbase', 'immature transparent coinbase spend');
    fromCoinbase ||= source.ofCoinbase;
    paid += source.output.value;
  }
  const transparent = outputs.filter(({ script }) => readNote(script) === undefined);
  if (fromCoinbase && transparent.length > 0)
    return refusal('coinbase', 'unshielded transparent coinbase spend');
  if (transparent.some(({ value }) => value < LEAST_TRANSPARENT))
    return refusal('dust', 'transaction is non-standard');
  const actions = ironwoodActions(transaction, parent, context.tree);
  if (actions > MOST_ACTIONS)
    return refusal(
      'actions',
      `${actions} Ironwood actions, exceeding the next block's ZIP 218 limit of ${MOST_ACTIONS}`,
    );
  const fee = paid - totalOf(outputs);
  return fee < 2n * MARGINAL_FEE ? refusal('value', 'transaction fee is too low') : { fee };
}

/** An output that a transaction spends, if the branch holds it. */
export function spentOutput(
  prevout: Uint8Array,
  tip: BlockEntry,
  tree: BlockTree,
): { readonly output: TransparentOutput; readonly height: number; readonly ofCoinbase: boolean } | undefined {
  const txid = displayHash(prevout.subarray(0, 32));
  const found = tree.branchHolds(tip, txid) ? tree.find(tip, txid) : undefined;
  const output = found?.item.transaction.outputs[readUint32LE(prevout, 32)];
  if (found === undefined || output === undefined) return undefined;
  const ofCoinbase = isCoinbase(found.item.transaction) && readNote(output.script) === undefined;
  return { output, height: found.holder.height, ofCoinbase };
}

function ironwoodActions(
  { inputs, outputs }: TransparentTransaction,
  tip: BlockEntry,
  tree: BlockTree,
): number {
  const isIronwood = (output: TransparentOutput | undefined): boolean =>
    output !== undefined && readNote(output.script)?.pool === 'ironwood';
  const spends = inputs.filter(({ prevout }) => isIronwood(spentOutput(prevout, tip, tree)?.output)).length;
  return Math.max(spends, outputs.filter(isIronwood).length);
}

function refusal(cause: PaymentRefusal['cause'], message: string): PaymentRefusal {
  return { cause, code: REFUSED, message };
}
