import type { CallAnswer } from '@adit/money';
import { AditError, messageOf } from '@adit/primitives';
import { RpcError } from '@adit/rpc';

/**
 * Codes with which zecd 0.9.0-rc2 refuses `z_sendmany` and `z_shieldcoinbase` before it begins anything: too many arguments -1, type
 * or range -3, a 17th operation or too little privacy -4, address -5, nothing to shield -6, parameter -8, syncing -10, locked -13,
 * an unknown wallet -18, an unknown method, bad JSON.
 */
const REFUSED_CALLS: ReadonlySet<number> = new Set([-1, -3, -4, -5, -6, -8, -10, -13, -18, -32601, -32700]);

/**
 * Codes of failed operations of which it was recorded that no transaction was stored. -4 was never seen, and -26 comes after the
 * transaction was stored: it may be mined all the same.
 */
const FAILED_WITHOUT_TRANSACTION: ReadonlySet<number> = new Set([-6, -8, -10, -13]);

/** What it means that a call which may act was not answered with a result. */
export function answerToFailedCall(error: unknown): CallAnswer<never> {
  const why = messageOf(error);
  if (error instanceof RpcError)
    return { kind: REFUSED_CALLS.has(error.rpcCode) ? 'nothing_happened' : 'doubt', why };
  // A login is refused before the call is looked at.
  const isRefused = error instanceof AditError && error.code === 'ADIT_RPC_UNAUTHORIZED';
  return { kind: isRefused ? 'nothing_happened' : 'doubt', why };
}

/** What it means that an operation failed. */
export function answerToFailedOperation(code: number, message: string): CallAnswer<never> {
  const why = `the operation failed: ${message} (code ${code})`;
  return { kind: FAILED_WITHOUT_TRANSACTION.has(code) ? 'nothing_happened' : 'doubt', why };
}
