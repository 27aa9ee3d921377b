/** A submission, decoded. */
export interface TrueSubmission {
  readonly worker: string;
  readonly jobSequence: number;
  /** One or two readings of the nonce, to be tried in order. */
  readonly nonces: readonly bigint[];
  /** The target that was settled for this header and nonce1; undefined if all miners of the header have one target. */
  readonly target: bigint | undefined;
  /**
   * The target whose weight is credited, where `target` is given: the same one, or an easier one beside a change.
   */
  readonly credited: bigint | undefined;
  /**
   * The easiest target that was sent to the connection in the last 10 to 20 minutes: a miner that is slow to take a new
   * target sends shares for it.
   */
  readonly easiest: bigint;
}
