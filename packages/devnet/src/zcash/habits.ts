/** What a real node does beside its rules; recorded on Zebra 7.0.0 and Zakura 1.7.0. */
export interface NodeHabits {
  /**
   * From a new tip to its template with transactions; until then everybody gets the coinbase alone. Zebra takes 3 to
   * 7 ms, and 4.3 s where its miner address is shielded. 0: only a long poll that was waiting gets the empty one.
   */
  readonly fillMs: number;
  /** A long poll answers after so long though nothing has changed, with `submitold: false`; 0: it goes on waiting. */
  readonly longPollMs: number;
  /** Each such answer has the waiting transactions in another order. */
  readonly shuffles: boolean;
  /** A block whose parent is unknown is not answered at all. */
  readonly waitsForParents: boolean;
  /**
   * Side blocks and unknown blocks are one to those who ask for them (-5); the network is called `test`; hex that is
   * none is -1; a proposal that the tip has outrun is refused in a whole sentence.
   */
  readonly zebraWords: boolean;
}

/** A node that does nothing beside the rules. */
export const NO_HABITS: NodeHabits = {
  fillMs: 0,
  longPollMs: 0,
  shuffles: false,
  waitsForParents: false,
  zebraWords: false,
};

/** What a Zebra does beside the rules. */
export const ZEBRA_HABITS: NodeHabits = {
  fillMs: 5,
  longPollMs: 5_000,
  shuffles: true,
  waitsForParents: true,
  zebraWords: true,
};

/** Zebra 7.0.0 on a proposal that does not build on its tip. */
export const ZEBRA_OUTDATED =
  'block-source-validateproposal-proposal-is-not-based-on-the-current-best-chain-tip-previous-block-hash-must-be-the-best-chain-tip';
