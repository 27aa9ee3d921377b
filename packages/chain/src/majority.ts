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
  /** 1 for the tip. The highest number that more than half of all nodes confirm, or exceed; 0 if there is none. */
  readonly confirmations: number;
  /** How many nodes answered. With 0 the state says nothing about the block. */
  readonly answered: number;
  /**
   * True if more than half of all nodes say that the block is on the best chain, or more than half say that it is not.
   */
  readonly decided: boolean;
  /** The height that more than half of the answering nodes have reached; -1 if no node answered. */
  readonly tip: number;
}

/**
 * Decides where a block stands by the majority of the configured nodes; nodes that do not answer count too.
 *
 * - A number of confirmations holds when more than half of all nodes report that number or more. A single node that
 *   claims a tip far ahead, or a block that nobody mined, decides nothing against two others.
 * - A node that lags (its tip is below the block) has no vote, neither for nor against the block: it delays the
 *   verdict and never reverses it. The same holds for a node that does not answer.
 * - Two nodes decide nothing while they contradict each other, or while one of them is down: the pool goes on asking.
 *   An operator that removes one of two nodes for good must remove it from the configuration too.
 * - A single node is believed.
 *
 * Until a majority has decided, the state is that of the most votes, with 0 confirmations. At equal votes the block
 * counts as being on the best chain.
 * @param nodes number of configured nodes
 * @param height of the block
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
    // The highest number that a majority of all nodes reports or exceeds, since counts are sorted from the highest down.
    confirmations: counts[Math.floor(nodes / 2)] ?? 0,
    answered,
    decided,
    tip,
  };
}
