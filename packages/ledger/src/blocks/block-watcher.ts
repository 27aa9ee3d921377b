import type { FoundBlock } from './found-block.ts';

/** Where the nodes with the highest tip see a block. */
export type BlockPlace =
  | {
      readonly kind: 'chain';
      /** `side`: another block is at its height. `unknown`: the nodes have neither it nor, for a fruit, any block that may hold it. */
      readonly place: 'best' | 'side' | 'unknown';
      /** Blocks from its height to the tip, both included; 0 while the chain has not reached it. */
      readonly depth: number;
      /** Nodes that say so. */
      readonly nodes: number;
    }
  /** They contradict each other. */
  | { readonly kind: 'disagreement'; readonly depth: number };

/**
 * Says what the nodes of one chain know of a found block. The ledger declares it; rooms that know nodes fit.
 *
 * Only nodes with the highest tip count: a node that lags calls good blocks orphans. A node that does not answer is no evidence, neither
 * for nor against a block.
 */
export interface BlockWatcher {
  /** @returns undefined if no node answered, or it is not known yet which block it is: the ledger asks again */
  place(block: FoundBlock): Promise<BlockPlace | undefined>;
  /**
   * What the block as it lies on the best chain really pays to the operator, in the smallest unit. Never from a schedule, and never from
   * the template.
   * @returns null if it cannot be read now
   */
  reward(block: FoundBlock): Promise<bigint | null>;
  /**
   * What the template promised to the operator.
   * @returns null if it promised nothing, or nobody knows; undefined if it may be known later
   */
  expected(block: FoundBlock): Promise<bigint | null | undefined>;
}
