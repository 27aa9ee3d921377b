import { AditError } from '@adit/primitives';

/** Where the best chain has a block. */
export interface ChainEvidence {
  readonly kind: 'chain';
  /** `side`: another block is there. `unknown`: the nodes do not know it. */
  readonly place: 'best' | 'side' | 'unknown';
  /** Blocks of the best chain from its height to the tip, both included: the tip has depth 1, what is not yet reached 0. */
  readonly depth: number;
  /** Nodes that agree about it. Only nodes with the highest tip are asked: one that lags calls good blocks orphans. */
  readonly nodes: number;
  /** What the coinbase of the block pays to the operator; null if it was not or could not be read. */
  readonly reward: bigint | null;
}

/** What is known about a block now. A node that does not answer is no evidence. */
export type BlockEvidence =
  | ChainEvidence
  /** Nodes with the highest tip contradict each other. */
  | { readonly kind: 'disagreement'; readonly depth: number }
  /** A person accepted what the block really pays. */
  | { readonly kind: 'reward_accepted'; readonly reward: bigint };

/** Depths at which blocks move, of one height of one chain: after an upgrade they may be others. */
export interface BlockRules {
  /** Depth from which a block is credited, and from which its absence is believed. 10 on Zcash, 12 on TrueChain. */
  readonly confirmDepth: number;
  /** The chain's maturity, and some blocks more: 110 on Zcash. On TrueChain, where nothing matures, as `confirmDepth`. */
  readonly matureDepth: number;
  /** Depth from which nothing is believed to change: more than the chain's longest possible reorganisation. */
  readonly closedDepth: number;
  /** How far the chain has to be past a block that it does not have, before the block is lost. */
  readonly lostDepth: number;
  /** Nodes that must agree: two where the operator has two. */
  readonly nodes: number;
}

/** @throws AditError `ADIT_BAD_OPTION` unless 1 <= confirmDepth <= matureDepth <= closedDepth, and so on */
export function checkBlockRules(rules: BlockRules): void {
  const { confirmDepth, matureDepth, closedDepth, lostDepth, nodes } = rules;
  const ascend = [1, confirmDepth, matureDepth, closedDepth];
  const areWhole = [...ascend, lostDepth, nodes].every((value) => Number.isSafeInteger(value) && value >= 1);
  if (areWhole && ascend.every((value, i) => value >= (ascend[i - 1] ?? 0)) && lostDepth >= confirmDepth)
    return;
  throw new AditError(
    'ADIT_BAD_OPTION',
    'the depths of blocks must be whole numbers from 1, with confirmDepth <= matureDepth <= closedDepth and confirmDepth <= lostDepth',
  );
}
