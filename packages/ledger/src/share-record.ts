/** Whether a share also met a target of the network. */
export type ShareOutcome = 'share' | 'block' | 'fruit';

/** An accepted share with everything that money will need later. */
export interface ShareRecord {
  /** Milliseconds since 1970, when the verdict fell. */
  readonly timeMs: number;
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
  readonly networkTarget: bigint;
  /** 32 bytes, unique for (header, nonce, solution) on a chain. */
  readonly digest: Uint8Array;
  readonly outcome: ShareOutcome;
}

/** A record as the journal keeps it. */
export interface JournaledShare extends ShareRecord {
  /** The process instance that kept it. */
  readonly instance: string;
  /** Ascending within the instance, from 1, without gaps. */
  readonly sequence: number;
}
