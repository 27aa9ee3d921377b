import { messageOf } from '@adit/primitives';
import { RpcFault } from '../rpc-server.ts';
import type { NodeHabits } from './habits.ts';

export const INVALID_PARAMS = -32602;
/** Zebra has this code for invalid parameters of its mining methods. */
const ZEBRA_INVALID_PARAMS = -1;

/** The refusal of a parameter that is not hex, in the words of the node. */
export function notHex({ zebraWords }: NodeHabits, message: string): RpcFault {
  return zebraWords
    ? new RpcFault(ZEBRA_INVALID_PARAMS, 'Invalid params')
    : new RpcFault(INVALID_PARAMS, message);
}

/** Turns the errors of the chain about what it was told to do into refusals. */
export function orInvalid<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new RpcFault(INVALID_PARAMS, messageOf(error));
  }
}
