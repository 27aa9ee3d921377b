import { RpcError } from '@adit/rpc';
import { NO_SUCH_METHOD } from '../zcash/foreign-node.ts';
import type { TrueChainNode } from './node.ts';

/**
 * Asks a node whether it gives TrueChain's work. It cannot tell which of TrueChain's networks the node is on: the
 * configuration has one name for all of them.
 * @returns what was found and what was expected; undefined if it is a TrueChain node
 * @throws as JsonRpcClient.call, if the node could not be asked
 */
export async function foreignTrueChainNode(
  node: Pick<TrueChainNode, 'getWork'>,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await node.getWork(signal);
    return undefined;
  } catch (error) {
    if (!(error instanceof RpcError) || error.rpcCode !== NO_SUCH_METHOD) throw error;
    return 'found a node that does not know etrue_getWork, expected one of TrueChain (getrue with --rpc, etrue among its --rpcapi)';
  }
}
