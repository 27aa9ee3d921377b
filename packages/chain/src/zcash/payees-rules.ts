import { equalBytes } from '@adit/primitives';
import { MAX_SIGOPS } from './block-limits.ts';
import type { CoinbasePayments } from './coinbase.ts';
import { type CoinbaseOutput, totalOf } from './coinbase-outputs.ts';
import { fault, type PayeesFault } from './payees-fault.ts';
import { transparentKindOf } from './transparent-script.ts';

/**
 * Most outputs in the place of the operator's one. Zebra 7 took 1,000 in a proposal within 16 ms. They have 34 kB, which
 * leaves 98 of 100 bytes of a block to its transactions.
 */
export const MAX_PAYEES = 1_000;

/** The operator's output, and its place. */
export interface OperatorOutput {
  readonly index: number;
  /** Zatoshi. */
  readonly value: bigint;
}

/** Finds the one output that pays a script. */
export function findOperatorOutput(
  payments: CoinbasePayments | undefined,
  operator: Uint8Array,
): OperatorOutput | PayeesFault {
  if (payments === undefined)
    return fault('unread', 'what follows the script of the coinbase cannot be read');
  const { outputs, shielded } = payments;
  if (shielded)
    return fault('shielded', 'the coinbase pays into a shielded pool, and its signatures cover all outputs');
  const places = outputs.flatMap(({ script }, index) => (equalBytes(script, operator) ? [index] : []));
  const [index] = places;
  const output = index === undefined ? undefined : outputs[index];
  if (index === undefined || output === undefined)
    return fault('no_output', 'the coinbase has no output for the address of the operator');
  if (places.length > 1)
    return fault('several_outputs', `${places.length} outputs of the coinbase pay the operator`);
  return { index, value: output.value };
}

/** What is wrong with outputs in the place of an output of this value. */
export function payeesFault(outputs: readonly CoinbaseOutput[], value: bigint): PayeesFault | undefined {
  if (outputs.length === 0) return fault('no_payees', 'a coinbase needs at least one payee');
  if (outputs.length > MAX_PAYEES)
    return fault('too_many_payees', `a coinbase has at most ${MAX_PAYEES} payees, not ${outputs.length}`);
  if (outputs.some((output) => output.value <= 0n))
    return fault('zero_output', 'each payee must get at least one zatoshi');
  if (outputs.some(({ script }) => transparentKindOf(script) === undefined))
    return fault('bad_script', 'a payee must be a public key hash or a script hash');
  const sum = totalOf(outputs);
  if (sum === value) return undefined;
  return fault('wrong_sum', `the payees get ${sum} zatoshi, and the operator's output has ${value}`);
}

/**
 * Whether a block stays below the limit of signature checks.
 * @param given those of the block as the node made it; undefined where the node does not tell. Then its answer to a
 *   proposal has to show it
 */
export function sigopsFault(
  outputs: readonly CoinbaseOutput[],
  given: number | undefined,
): PayeesFault | undefined {
  const added = outputs.filter(({ script }) => transparentKindOf(script) === 'p2pkh').length;
  if (given === undefined || given + added <= MAX_SIGOPS) return undefined;
  return fault(
    'too_many_sigops',
    `the block would have ${given + added} signature checks, and at most ${MAX_SIGOPS} are allowed`,
  );
}
