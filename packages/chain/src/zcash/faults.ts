import { AditError } from '@adit/primitives';
import { RpcError } from '@adit/rpc';
import { causeOf, detailOf, type NodeFinding, type NodeState } from '../status.ts';
import { NOT_READY_CODES } from './node.ts';

export function codeOf(error: unknown): string | undefined {
  return error instanceof AditError ? error.code : undefined;
}

/** What an error says about the node that caused it. */
export function findingOf(error: unknown): NodeFinding {
  return { state: stateOf(error), cause: causeOf(error), detail: detailOf(error) };
}

function stateOf(error: unknown): NodeState {
  if (error instanceof RpcError && NOT_READY_CODES.has(error.rpcCode)) return 'syncing';
  const code = codeOf(error);
  if (code === 'ADIT_WRONG_NETWORK') return 'wrong_network';
  return code === 'ADIT_BAD_FIELD' || code === 'ADIT_BAD_TEMPLATE' ? 'lying' : 'down';
}
