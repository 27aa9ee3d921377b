import type { OpaqueCause } from './opaque-cause.ts';

/**
 * Why the coinbase of a work cannot pay somebody else than its node's own address.
 * - those of {@link OpaqueCause}: the coinbase must stay as the node made it.
 * - `unread`: what follows the script of a version 4 coinbase cannot be read.
 * - `shielded`: it has shielded parts, whose signatures cover all outputs.
 * - `no_output`, `several_outputs`: not exactly one output pays the operator's script.
 * - `no_payees`, `too_many_payees`, `zero_output`, `wrong_sum`: the new outputs are not a division of the operator's one.
 * - `bad_script`: an output pays neither a public key hash nor a script hash.
 * - `block_too_long`, `too_many_sigops`: the block would break a limit of consensus.
 */
export type PayeesCause =
  | OpaqueCause
  | 'unread'
  | 'shielded'
  | 'no_output'
  | 'several_outputs'
  | 'no_payees'
  | 'too_many_payees'
  | 'zero_output'
  | 'wrong_sum'
  | 'bad_script'
  | 'block_too_long'
  | 'too_many_sigops';

/** The refusal of payees in a coinbase, as data. Programs decide by the cause; the sentence is for people. */
export interface PayeesFault {
  readonly cause: PayeesCause;
  readonly message: string;
}

/** Makes a {@link PayeesFault}. */
export function fault(cause: PayeesCause, message: string): PayeesFault {
  return { cause, message };
}
