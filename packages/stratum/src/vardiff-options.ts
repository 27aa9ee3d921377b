/** At which pace shares are wanted, and between which weights. */
export interface VardiffOptions {
  /** Wanted time between two shares. */
  readonly intervalMs: number;
  /** A rate is learnt at this distance of shares, where miners rest after each: their rest must not count as slowness. */
  readonly learningIntervalMs?: number;
  /** Bounds of a share's weight (expected hashes). */
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Where a connection starts. */
  readonly startWeight: bigint;
  /** The start weight stays, whatever the miner does or asks for. */
  readonly fixed?: boolean;
}
