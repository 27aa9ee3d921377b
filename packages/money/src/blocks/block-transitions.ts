import type { BlockEvidence, BlockRules, ChainEvidence } from './block-evidence.ts';
import type { BlockPosition, BlockState } from './block-state.ts';

/** The entries that a transition posts, in the same transaction as the new state. */
export type BlockEntry = 'credit' | 'mature' | 'orphan' | 'orphan_late';

/** What a person should hear. */
export type BlockAlarm =
  | 'nodes_disagree'
  | 'reward_differs'
  | 'reward_unknown'
  | 'orphaned'
  | 'orphaned_late'
  | 'closed_block_gone';

/** The outcome of evidence about a block. */
export interface BlockStep {
  /** The same object if nothing changed. */
  readonly block: BlockPosition;
  /** Made under the generation that the block had *before* the step. */
  readonly entries: readonly BlockEntry[];
  readonly alarm: BlockAlarm | null;
}

type Rule = (block: BlockPosition, evidence: ChainEvidence, rules: BlockRules) => BlockStep;

/** Where the best chain leads a block, by its state. A table without one of the states does not compile. */
const CHAIN_RULES: Readonly<Record<BlockState, Rule>> = {
  found: (block, { place, depth }, { lostDepth }) => {
    if (place === 'best') return to(block, 'seen');
    return depth >= lostDepth ? to(block, 'lost') : stay(block);
  },
  seen: (block, evidence, { confirmDepth }) => {
    if (evidence.place !== 'best') return to(block, 'found');
    return evidence.depth >= confirmDepth ? confirm(block, evidence.reward) : stay(block);
  },
  confirmed: (block, { place, depth }, { confirmDepth, matureDepth }) => {
    if (place === 'best') return depth >= matureDepth ? to(block, 'mature', ['mature']) : stay(block);
    // A reorganisation in progress shows the block gone for a moment; what replaced it must be as deep as a credit asks.
    return depth >= confirmDepth ? to(block, 'orphaned', ['orphan'], 'orphaned') : stay(block);
  },
  mature: (block, { place, depth }, { confirmDepth, closedDepth }) => {
    if (place === 'best') return depth >= closedDepth ? to(block, 'closed') : stay(block);
    return depth >= confirmDepth ? to(block, 'orphaned', ['orphan_late'], 'orphaned_late') : stay(block);
  },
  closed: (block, { place }) => (place === 'best' ? stay(block) : stay(block, 'closed_block_gone')),
  disputed: (block, { place, depth, reward }, { lostDepth }) => {
    if (place !== 'best') return depth >= lostDepth ? to(block, 'lost') : stay(block);
    return reward !== null && isAsExpected(block, reward) ? to(block, 'seen') : stay(block);
  },
  lost: (block, { place }) => (place === 'best' ? again(block) : stay(block)),
  orphaned: (block, { place, depth }, { closedDepth }) => {
    if (place === 'best') return again(block);
    return depth >= closedDepth ? to(block, 'lost') : stay(block);
  },
};

/** States in which nothing is booked, so that a dispute can hold the block. */
const CAN_BE_DISPUTED: Readonly<Record<BlockState, boolean>> = {
  found: true,
  seen: true,
  confirmed: false,
  mature: false,
  closed: false,
  disputed: true,
  lost: false,
  orphaned: false,
};

/**
 * Judges a block by new evidence, one step at a time: the caller stores the new state together with the entries, and may judge
 * again at once.
 *
 * @param evidence of the nodes with the highest tip. With fewer nodes than the rules want it changes nothing.
 */
export function judgeBlock(block: BlockPosition, evidence: BlockEvidence, rules: BlockRules): BlockStep {
  switch (evidence.kind) {
    case 'chain':
      return evidence.nodes < rules.nodes ? stay(block) : CHAIN_RULES[block.state](block, evidence, rules);
    case 'disagreement':
      // Near the tip nodes disagree for seconds all the time.
      if (evidence.depth < rules.confirmDepth) return stay(block);
      return CAN_BE_DISPUTED[block.state] && block.state !== 'disputed'
        ? to(block, 'disputed', [], 'nodes_disagree')
        : stay(block, 'nodes_disagree');
    case 'reward_accepted':
      return CAN_BE_DISPUTED[block.state]
        ? { block: { ...block, acceptedReward: evidence.reward }, entries: [], alarm: null }
        : stay(block);
  }
}

function confirm(block: BlockPosition, reward: bigint | null): BlockStep {
  if (reward === null) return stay(block, 'reward_unknown');
  return isAsExpected(block, reward)
    ? to(block, 'confirmed', ['credit'])
    : to(block, 'disputed', [], 'reward_differs');
}

/** A reward that a person accepted counts for that very amount. Without any expectation every reward is as good. */
function isAsExpected({ expectedReward, acceptedReward }: BlockPosition, reward: bigint): boolean {
  return expectedReward === null || reward === expectedReward || reward === acceptedReward;
}

/** It returned after it was given up: what is booked of it from now on is another generation. */
function again(block: BlockPosition): BlockStep {
  return to({ ...block, generation: block.generation + 1 }, 'seen');
}

function to(
  block: BlockPosition,
  state: BlockState,
  entries: readonly BlockEntry[] = [],
  alarm: BlockAlarm | null = null,
): BlockStep {
  return { block: { ...block, state }, entries, alarm };
}

function stay(block: BlockPosition, alarm: BlockAlarm | null = null): BlockStep {
  return { block, entries: [], alarm };
}
