import { Fields, RpcError, SMALL_ANSWER } from '@adit/rpc';
import { ZCASH_CHAINS, type ZcashChainParams } from './chains.ts';
import type { ZcashNode } from './node.ts';

/** JSON-RPC's code for a method that there is not. */
export const NO_SUCH_METHOD = -32601;

/** What a node says of the network that it is on. */
export interface NetworkWords {
  /** `chain` of `getblockchaininfo`. */
  readonly word: string;
  /** Hash of its first block in display order; undefined where it does not tell. */
  readonly genesis: string | undefined;
}

/**
 * Asks a node which network it is on.
 * @returns what was found and expected where it is another one than the chain's; undefined where it is that one, or
 *   where nothing shows the contrary
 * @throws as JsonRpcClient.call, where the node could not be asked
 */
export async function foreignZcashNode(
  node: Pick<ZcashNode, 'call'>,
  chain: ZcashChainParams,
  signal: AbortSignal,
): Promise<string | undefined> {
  const options = { signal, ...SMALL_ANSWER };
  let answer: unknown;
  try {
    answer = await node.call('getblockchaininfo', [], options);
  } catch (error) {
    if (!(error instanceof RpcError) || error.rpcCode !== NO_SUCH_METHOD) throw error;
    return `found a node that does not know getblockchaininfo, expected one of ${chain.name}`;
  }
  const word = new Fields(answer, 'getblockchaininfo').optionalString('chain', 64) ?? '';
  return foreignNetwork({ word, genesis: await genesisOf(node, options) }, chain);
}

/** @returns what was found and expected where these are not the words of a node of the chain */
export function foreignNetwork({ word, genesis }: NetworkWords, chain: ZcashChainParams): string | undefined {
  const others = Object.values(ZCASH_CHAINS);
  const ofGenesis = others.filter((other) => genesis !== undefined && other.genesis === genesis);
  if (chain.genesis !== undefined && chain.genesis === genesis) return undefined;
  if (ofGenesis.length > 0)
    return `found a node of ${namesOf(ofGenesis)}, by its first block; expected one of ${chain.name}`;
  if (chain.genesis !== undefined && genesis !== undefined)
    return `found a node (${word}) whose first block is ${genesis}, expected one of ${chain.name}, with ${chain.genesis}`;
  const isKnown = others.some(({ nodeWords }) => nodeWords.includes(word));
  if (!isKnown || chain.nodeWords.includes(word)) return undefined;
  return `found a node that says it is on "${word}", expected one of ${chain.name}, which says "${chain.nodeWords.join('" or "')}"`;
}

/** A node may have thrown its old blocks away. */
async function genesisOf(
  node: Pick<ZcashNode, 'call'>,
  options: Parameters<ZcashNode['call']>[2],
): Promise<string | undefined> {
  try {
    const hash = await node.call('getblockhash', [0], options);
    return typeof hash === 'string' ? hash : undefined;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

function namesOf(chains: readonly ZcashChainParams[]): string {
  return chains.map(({ name }) => name).join(' or ');
}
