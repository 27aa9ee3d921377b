import { Fields, RpcError, SMALL_ANSWER } from '@adit/rpc';
import { ZCASH_CHAINS, type ZcashChainParams } from './chains.ts';
import type { ZcashNode } from './node.ts';

/** JSON-RPC's code for a method that does not exist. */
export const NO_SUCH_METHOD = -32601;

/** What a node says about the network that it is on. */
export interface NetworkWords {
  /** `chain` of `getblockchaininfo`. */
  readonly word: string;
  /** Hash of its first block in display order; undefined if it does not tell it. */
  readonly genesis: string | undefined;
}

/**
 * Asks a node which network it is on.
 * @returns what was found and what was expected, if the node is on another network; undefined if it is on the
 *   chain's, or if nothing shows otherwise
 * @throws as JsonRpcClient.call, if the node could not be asked
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

/** @returns what was found and what was expected, if these words are not those of a node of the chain */
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

/** Undefined if the node has pruned its old blocks. */
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
