import type { ChainOpinion } from './majority.ts';

/** Where the nodes with the highest tip see a block. */
export type PlaceOnChain =
  | {
      readonly kind: 'chain';
      readonly place: 'best' | 'side' | 'unknown';
      /** Blocks from its height to the tip, both included; 0 while the chain has not reached it. The least that a node says. */
      readonly depth: number;
      /** Nodes that say so. */
      readonly nodes: number;
    }
  | { readonly kind: 'disagreement'; readonly depth: number };

/** A node hears of a block some seconds after another one: one block behind is not behind. */
const USUAL_LAG = 1;

const PLACES = { best_chain: 'best', side_chain: 'side', unknown: 'unknown' } as const;

/**
 * Judges where a block is by the nodes with the highest tip alone: a node that lags calls good blocks orphans. Unlike a vote of the
 * majority, one node that contradicts the others is seen. A node that invents a tip far ahead stands alone, and one node is not enough
 * where the ledger wants two.
 * @param height of the block, or the last one at which it can be
 * @returns undefined without opinions
 */
export function judgeByHighestTip(
  opinions: readonly ChainOpinion[],
  height: number,
): PlaceOnChain | undefined {
  const highest = Math.max(...opinions.map(({ tip }) => tip));
  const heard = opinions.filter(({ tip }) => tip >= highest - USUAL_LAG);
  const [first, ...others] = heard;
  if (first === undefined) return undefined;
  const depth = Math.max(0, Math.min(...heard.map(({ tip }) => tip)) - height + 1);
  if (others.some(({ state }) => state !== first.state))
    return { kind: 'disagreement', depth: Math.max(0, highest - height + 1) };
  const confirmed = Math.min(...heard.map(({ confirmations }) => confirmations));
  return {
    kind: 'chain',
    place: PLACES[first.state],
    depth: first.state === 'best_chain' ? confirmed : depth,
    nodes: heard.length,
  };
}
