import { paysShielded, type ZcashChainParams, type ZcashNode } from '@adit/chain';
import { messageOf } from '@adit/primitives';
import { NodeError } from '@adit/rpc';

/** Zebra took 17 s for its first template for a shielded address. */
const ASK_MS = 20_000;
/** A node nearby answers in a tenth of this time. */
const SLOW_MS = 2_000;

export interface AdviceModules {
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/**
 * Asks a Zcash node for a template, as `--check` does, and returns advice to its operator. Nothing here makes a
 * configuration wrong: the node may only be down for the moment.
 * @returns undefined if there is nothing to say
 */
export async function nodeAdvice(
  node: Pick<ZcashNode, 'name' | 'getWork'>,
  chain: ZcashChainParams,
  { now = () => performance.now() }: AdviceModules = {},
): Promise<string | undefined> {
  const start = now();
  try {
    const { coinbase } = await node.getWork(chain, { timeoutMs: ASK_MS });
    const took = now() - start;
    if (paysShielded(coinbase)) return `${node.name} pays the reward to a shielded address: ${COST}`;
    if (took <= SLOW_MS) return undefined;
    return `${node.name} took ${(took / 1000).toFixed(1)} s for a template. If its miner_address is shielded: ${COST}`;
  } catch (error) {
    // The message of a NodeError names the node already.
    if (error instanceof NodeError) return `no template: ${error.message}`;
    return `${node.name} gave no template: ${messageOf(error)}`;
  }
}

const COST =
  'it proves each coinbase anew, and for some seconds after each new tip miners can only mine empty blocks, without fees. A transparent miner_address avoids both';
