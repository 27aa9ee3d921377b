/** How often a miner should send shares, and the weights that they may have. */
export interface VardiffOptions {
  /** Wanted time between two shares. */
  readonly intervalMs: number;
  /**
   * Time between two shares while a rate is learnt, at least. For miners that rest after each share: with less, their
   * rest would look like slowness.
   */
  readonly learningIntervalMs?: number;
  /** Bounds of a share's weight (expected hashes). */
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
  /** Weight with which a connection starts. */
  readonly startWeight: bigint;
  /** True keeps the start weight, whatever the miner does or asks for. */
  readonly fixed?: boolean;
}
