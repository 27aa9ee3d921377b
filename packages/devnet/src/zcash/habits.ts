/** Behaviour of real nodes that is not a consensus rule; recorded on Zebra 7.0.0 and Zakura 1.7.0. */
export interface NodeHabits {
  /**
   * Time from a new tip to its template with transactions; until then every caller gets the coinbase alone. Zebra takes
   * 3 to 7 ms, and 4.3 s if its miner address is shielded. 0: only a long poll that was waiting gets the empty
   * template.
   */
  readonly fillMs: number;
  /** A long poll without news is answered after this time, with `submitold: false`; 0: it goes on waiting. */
  readonly longPollMs: number;
  /** Each such answer has the waiting transactions in another order. */
  readonly shuffles: boolean;
  /** A submitted block whose parent is unknown gets no answer. */
  readonly waitsForParents: boolean;
  /**
   * Answers in Zebra's words: side blocks and unknown blocks get the same error (-5); the network is called `test`;
   * invalid hex is error -1; a proposal that is not based on the tip is refused with a long sentence.
   */
  readonly zebraWords: boolean;
}

/** A node without such behaviour. */
export const NO_HABITS: NodeHabits = {
  fillMs: 0,
  longPollMs: 0,
  shuffles: false,
  waitsForParents: false,
  zebraWords: false,
};

/** The behaviour of Zebra. */
export const ZEBRA_HABITS: NodeHabits = {
  fillMs: 5,
  longPollMs: 5_000,
  shuffles: true,
  waitsForParents: true,
  zebraWords: true,
};

/** Answer of Zebra 7.0.0 to a proposal that does not build on its tip. */
export const ZEBRA_OUTDATED =
  'block-source-validateproposal-proposal-is-not-based-on-the-current-best-chain-tip-previous-block-hash-must-be-the-best-chain-tip';
