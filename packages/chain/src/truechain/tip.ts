import { AditError, encodeHex } from '@adit/primitives';
import { NodeError, RpcError } from '@adit/rpc';
import type { LookLimits, Tip } from '../node-watch.ts';
import type { TrueChainNode } from './node.ts';

/**
 * The newest snail block of a node.
 * @returns undefined if the node does not tell it: some proxies offer getWork and nothing else
 * @throws AditError `ADIT_RPC_TIMEOUT` and as JsonRpcClient.call
 */
export async function trueChainTip(node: TrueChainNode, limits: LookLimits): Promise<Tip | undefined> {
  const { signal, timeoutMs } = limits;
  const timer = AbortSignal.timeout(timeoutMs);
  const either = AbortSignal.any([signal, timer]);
  try {
    const height = await node.snailNumber(either);
    const [hash] = await node.snailHashes(height, 1, either);
    return hash === undefined ? undefined : { height, hash: encodeHex(hash) };
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    // A reorganisation happened between the two calls.
    if (error instanceof AditError && error.code === 'ADIT_NO_SUCH_BLOCK') return undefined;
    if (!timer.aborted || signal.aborted) throw error;
    throw new NodeError('ADIT_RPC_TIMEOUT', node.name, `did not answer within ${timeoutMs} ms`);
  }
}
