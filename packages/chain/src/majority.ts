/** What one node says of a block. */
export interface ChainOpinion {
  /** Height of the node's tip. */
  readonly tip: number;
  readonly state: 'best_chain' | 'side_chain' | 'unknown';
  /** 1 for the tip; 0 unless the state is `best_chain`. */
  readonly confirmations: number;
}

/** Where the majority of the nodes sees a block. */
export interface Confirmation {
  readonly state: 'best_chain' | 'side_chain' | 'unknown';
  /** 1 for the tip; so many that more than half of all nodes count as many or more. 0 while there is no such number. */
  readonly confirmations: number;
  /** How many nodes answered. With 0 the state says nothing about the block. */
  readonly answered: number;
  /** More than half of all nodes say that it is on the best chain, or as many that it is not. */
  readonly decided: boolean;
  /** The height that more than half of the nodes that answered have reached; -1 where none did. */
  readonly tip: number;
}

/**
 * Where a block stands, by the majority of the nodes that are configured, whether they answered or not.
 *
 * - A number of confirmations holds when more than half of all nodes count as many or more. A single node that
 *   claims a tip far ahead, or a block that nobody mined, decides nothing beside two others.
 * - A node that lags (its tip is below the block) has no vote against the block, and none for it: it delays the
 *   verdict and never turns it round. So does one that does not answer.
 * - Two nodes that contradict each other, or of which one is down, decide nothing: the block is followed on.
 *   Who runs two nodes and takes one away for good takes it out of the configuration.
 * - One node alone is believed.
 *
 * Before the majority has spoken the state is what the most votes say, with 0 confirmations: on the best chain
 * where there are no more votes against it than for it.
 * @param nodes how many are configured @param height of the block
 */
export function judgeByMajority(
  opinions: readonly ChainOpinion[],
  nodes: number,
  height: number,
): Confirmation {
  const answered = opinions.length;
  const votesFor = opinions.filter(({ state }) => state === 'best_chain');
  const votesAgainst = opinions.filter(
    ({ state, tip }) => state === 'side_chain' || (state === 'unknown' && tip >= height),
  );
  const tips = opinions.map(({ tip }) => tip).toSorted((a, b) => b - a);
  const tip = tips[Math.floor(answered / 2)] ?? -1;
  const isMajority = (votes: number): boolean => 2 * votes > nodes;
  const decided = isMajority(votesFor.length) || isMajority(votesAgainst.length);
  const side = votesAgainst.some(({ state }) => state === 'side_chain') ? 'side_chain' : 'unknown';
  const best = votesFor.length > 0 && votesFor.length >= votesAgainst.length;
  const counts = votesFor.map(({ confirmations }) => confirmations).toSorted((a, b) => b - a);
  return {
    state: best ? 'best_chain' : side,
    // The least number among the highest that make a majority.
    confirmations: counts[Math.floor(nodes / 2)] ?? 0,
    answered,
    decided,
    tip,
  };
}
