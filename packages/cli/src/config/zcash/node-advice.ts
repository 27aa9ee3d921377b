import { paysShielded, type ZcashChainParams, type ZcashNode } from '@adit/chain';
import { messageOf } from '@adit/primitives';
import { NodeError } from '@adit/rpc';

/** A first template for a shielded address took Zebra 17 s. */
const ASK_MS = 20_000;
/** A node nearby answers in a tenth of that. */
const SLOW_MS = 2_000;

export interface AdviceModules {
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/**
 * Asks a Zcash node for a template, as `--check` does, and says what its operator should know. Nothing here makes a
 * configuration wrong: the node may be down for the moment.
 * @returns undefined where there is nothing to say
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
    // Such an error names the node itself.
    if (error instanceof NodeError) return `no template: ${error.message}`;
    return `${node.name} gave no template: ${messageOf(error)}`;
  }
}

const COST =
  'it proves each coinbase anew, and for some seconds after each new tip there are only empty blocks to mine, without fees. A transparent miner_address has none of that';
