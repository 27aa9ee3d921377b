/** Whether a share also met a target of the network. */
export type ShareOutcome = 'share' | 'block' | 'fruit';

/** An accepted share with everything that money will need later. */
export interface ShareRecord {
  /** Milliseconds since 1970, when the verdict fell. For people: nothing is measured by it. */
  readonly timeMs: number;
  /** What the chain is, whatever it is called in a configuration: `zcash`, `komodo`, `truechain`. */
  readonly network: string;
  /** The chain's name in the configuration. */
  readonly chain: string;
  /** Height of the work; null where the chain does not say it. */
  readonly height: number | null;
  readonly workId: string;
  /** What two shares must have in common to be duplicates at all: parent block, or header. */
  readonly workGroup: string;
  readonly account: string;
  readonly worker: string;
  readonly dialect: string;
  /** Expected number of solutions. */
  readonly weight: bigint;
  readonly shareTarget: bigint;
  /** What a block (or fruit) had to meet; null while the network wanted none. Never 0. */
  readonly networkTarget: bigint | null;
  /** 32 bytes, unique for (header, nonce, solution) on a network. */
  readonly digest: Uint8Array;
  readonly outcome: ShareOutcome;
}

/** A record as the journal keeps it. */
export interface JournaledShare extends ShareRecord {
  /** The journal that keeps it: one for each process, and a new one after each failure of the disk. */
  readonly instance: string;
  /** Ascending within the instance, from 1, without gaps. */
  readonly sequence: number;
}

/** What makes two records the same share, wherever they were kept. */
export type ShareKey = Pick<ShareRecord, 'network' | 'workGroup' | 'digest'>;

/** One share that came with two weights. The smaller one counts. */
export interface WeightAlarm {
  readonly network: string;
  readonly workGroup: string;
  /** Hex. */
  readonly digest: string;
  /** All weights it came with, ascending. */
  readonly weights: readonly bigint[];
}
