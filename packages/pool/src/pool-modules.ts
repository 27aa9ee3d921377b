import type { OnPoolEvent } from './events.ts';

export interface PoolModules {
  readonly onEvent: OnPoolEvent;
  /** Wall clock in milliseconds, for tests. */
  readonly now?: () => number;
  /** Milliseconds that only grow, for tests: the age of TrueChain's headers. */
  readonly monotonic?: () => number;
  /**
   * For benchmarks that send one share many times: what duplicates and journal know a Zcash share by, made from its
   * block hash. Blocks go to the nodes as they are.
   */
  readonly shareDigest?: (blockHash: Uint8Array) => Uint8Array;
}
