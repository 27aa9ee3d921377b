import { type ChainOpinion, type Confirmation, judgeByMajority } from '../majority.ts';
import { Patience } from '../patience.ts';
import type { ZcashNode } from './node.ts';

/** The calls of a node that {@link confirmBlock} needs. */
export type Judge = Pick<ZcashNode, 'name' | 'getBlockCount' | 'getBlockHeader' | 'getBlockHash'>;

/**
 * Asks all nodes where a block stands; their majority decides ({@link judgeByMajority} has the rule). Never rejects: a
 * node that cannot be asked, or takes too long ({@link Patience}), has no vote.
 *
 * @param hashDisplay 64 lower-case hex digits, display order
 * @param patience of the look to which this question belongs
 */
export async function confirmBlock(
  nodes: readonly Judge[],
  hashDisplay: string,
  height: number,
  patience: Patience<Judge> = new Patience(),
): Promise<Confirmation> {
  const answers = await patience.ask(nodes, (node) => opinionOf(node, hashDisplay, height));
  const opinions = answers.filter((answer) => answer !== undefined);
  return judgeByMajority(opinions, nodes.length, height);
}

/** Where one node sees a block. @throws errors of its calls */
export async function opinionOf(node: Judge, hash: string, height: number): Promise<ChainOpinion> {
  const tip = await node.getBlockCount();
  const header = await node.getBlockHeader(hash);
  if (header === undefined) {
    // The node does not know the block. Another block in its place says more than that.
    const other = height <= tip ? await node.getBlockHash(height) : undefined;
    return { tip, state: other === undefined || other === hash ? 'unknown' : 'side_chain', confirmations: 0 };
  }
  if (header.confirmations < 1) return { tip, state: 'side_chain', confirmations: 0 };
  // Compare both calls: a reorganisation between them, or an index that lags, shows here.
  const onChain = (await node.getBlockHash(height)) === hash;
  return {
    tip,
    state: onChain ? 'best_chain' : 'side_chain',
    confirmations: onChain ? header.confirmations : 0,
  };
}
