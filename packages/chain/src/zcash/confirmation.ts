import type { ZcashNode } from './node.ts';

export interface Confirmation {
  state: 'best_chain' | 'side_chain' | 'unknown';
  /** 1 for the tip; 0 while unknown, on a side chain, or while the best nodes contradict each other. */
  confirmations: number;
  /** How many nodes answered. With 0 the state says nothing about the block. */
  answered: number;
}

type Judge = Pick<ZcashNode, 'name' | 'getBlockCount' | 'getBlockHeader' | 'getBlockHash'>;

interface Opinion {
  tip: number;
  state: 'best_chain' | 'side_chain' | 'unknown';
  confirmations: number;
}

/**
 * Where a block stands, asked of all nodes. Only those with the highest tip judge: a node that lags
 * neither knows the block nor the branch that replaced it. Where those contradict each other, the block is
 * still on a best chain, with 0 confirmations. Never rejects: nodes that cannot be asked are left out.
 *
 * @param hashDisplay 64 lower-case hex digits, display order
 */
export async function confirmBlock(
  nodes: readonly Judge[],
  hashDisplay: string,
  height: number,
): Promise<Confirmation> {
  const settled = await Promise.allSettled(nodes.map((node) => opinionOf(node, hashDisplay, height)));
  const opinions = settled.flatMap((item) => (item.status === 'fulfilled' ? [item.value] : []));
  const answered = opinions.length;
  const highest = Math.max(...opinions.map((opinion) => opinion.tip));
  const judges = opinions.filter((opinion) => opinion.tip === highest);
  const best = judges.filter((opinion) => opinion.state === 'best_chain');
  if (best.length > 0) {
    const agreed = judges.every((opinion) => opinion.state !== 'side_chain');
    return {
      state: 'best_chain',
      confirmations: agreed ? Math.min(...best.map((opinion) => opinion.confirmations)) : 0,
      answered,
    };
  }
  const state = judges.some((opinion) => opinion.state === 'side_chain') ? 'side_chain' : 'unknown';
  return { state, confirmations: 0, answered };
}

async function opinionOf(node: Judge, hash: string, height: number): Promise<Opinion> {
  const tip = await node.getBlockCount();
  const header = await node.getBlockHeader(hash);
  if (header === undefined) {
    // It does not know the block: another block in its place says more than ignorance.
    const other = height <= tip ? await node.getBlockHash(height) : undefined;
    return { tip, state: other === undefined || other === hash ? 'unknown' : 'side_chain', confirmations: 0 };
  }
  if (header.confirmations < 1) return { tip, state: 'side_chain', confirmations: 0 };
  // Cross-check: a reorg between the two calls, or an index that lags, shows here.
  const onChain = (await node.getBlockHash(height)) === hash;
  return {
    tip,
    state: onChain ? 'best_chain' : 'side_chain',
    confirmations: onChain ? header.confirmations : 0,
  };
}
