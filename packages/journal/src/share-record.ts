/** Which target of the network a share also met; `share` if none. */
export type ShareOutcome = 'share' | 'block' | 'fruit';

/** `solo-block`: a coinbase that pays the miner's own address. */
export type PaidBy = 'solo-block';

/** An accepted share with all facts that accounting will need. */
export interface ShareRecord {
  /** Time of the verdict, in milliseconds since 1970. It is for people: no program measures with it. */
  readonly timeMs: number;
  /** The chain itself, whatever its name in the configuration: `zcash`, `komodo`, `truechain`. */
  readonly network: string;
  /** The chain's name in the configuration. */
  readonly chain: string;
  /** Height of the work; null if the chain does not tell it. */
  readonly height: number | null;
  readonly workId: string;
  /** What two shares must have in common to be duplicates: the parent block, or the header. */
  readonly workGroup: string;
  readonly account: string;
  readonly worker: string;
  readonly dialect: string;
  /** Expected number of hashes or solutions. */
  readonly weight: bigint;
  readonly shareTarget: bigint;
  /** The target that a block had to meet, for fruits as well; null while the network wanted none. Never 0. */
  readonly networkTarget: bigint | null;
  /** 32 bytes, unique for (header, nonce, solution) on a network. */
  readonly digest: Uint8Array;
  readonly outcome: ShareOutcome;
  /**
   * Set where the block of its work pays its miner itself: the share earns nothing else, and a block of it is no income.
   * Left out for shares that earn a part of what blocks pay to the operator.
   */
  readonly paid?: PaidBy;
}

/** A record with its place in the journals. */
export interface JournaledShare extends ShareRecord {
  /** Name of the journal that keeps it. Each process has one, and begins a new one after each failure of the disk. */
  readonly instance: string;
  /** Ascending within the instance, from 1, without gaps. */
  readonly sequence: number;
}

/** The fields that identify a share in all journals. */
export type ShareKey = Pick<ShareRecord, 'network' | 'workGroup' | 'digest'>;

/** One share that came with two weights. The smaller one counts. */
export interface WeightAlarm {
  readonly network: string;
  readonly workGroup: string;
  /** Hex. */
  readonly digest: string;
  /** All weights with which it came, ascending. */
  readonly weights: readonly bigint[];
}
