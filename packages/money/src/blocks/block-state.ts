/**
 * Where a found block stands, as far as money is concerned. (The file in `blocks/` says where it stands with the nodes.)
 *
 * - `found`: its share is in the journal; no node's word about it counts yet.
 * - `seen`: on the best chain.
 * - `confirmed`: deep enough to be credited, as pending.
 * - `mature`: what it paid can be spent, and is owed.
 * - `closed`: so deep that nobody asks any more.
 * - `disputed`: nodes contradict each other, or the reward is not what was expected. Nothing is booked; a person looks.
 * - `lost`: it was beside the chain for long, and nothing is booked of it.
 * - `orphaned`: it was credited, and left the best chain. All of it was taken back.
 */
export type BlockState =
  | 'found'
  | 'seen'
  | 'confirmed'
  | 'mature'
  | 'closed'
  | 'disputed'
  | 'lost'
  | 'orphaned';

/** What transitions of a block read and write. */
export interface BlockPosition {
  readonly state: BlockState;
  /** From 1. It rises when a block returns that was given up: keys of its entries have it. */
  readonly generation: number;
  /** What the template promised to the operator; null if it did not say. */
  readonly expectedReward: bigint | null;
  /** A reward that a person accepted although it is not the expected one; null if nobody did. */
  readonly acceptedReward: bigint | null;
}

/** Whether a block in this state is looked up at each new tip. The others are over, unless somebody brings evidence. */
export const IS_VISITED: Readonly<Record<BlockState, boolean>> = {
  found: true,
  seen: true,
  confirmed: true,
  mature: true,
  closed: false,
  disputed: true,
  lost: false,
  orphaned: true,
};

/** The moves that there are. Any other change of a state is a fault of the program. */
export const BLOCK_MOVES: Readonly<Record<BlockState, readonly BlockState[]>> = {
  found: ['seen', 'disputed', 'lost'],
  seen: ['found', 'confirmed', 'disputed'],
  confirmed: ['mature', 'orphaned'],
  mature: ['closed', 'orphaned'],
  closed: [],
  disputed: ['seen', 'lost'],
  lost: ['seen'],
  orphaned: ['seen', 'lost'],
};
