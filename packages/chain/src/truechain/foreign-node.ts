import { RpcError } from '@adit/rpc';
import { NO_SUCH_METHOD } from '../zcash/foreign-node.ts';
import type { TrueChainNode } from './node.ts';

/**
 * Asks a node whether it gives TrueChain's work. Which of TrueChain's networks it is on cannot be told: the configuration
 * has one name for all of them.
 * @returns what was found and expected where it does not
 * @throws as JsonRpcClient.call, where the node could not be asked
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
