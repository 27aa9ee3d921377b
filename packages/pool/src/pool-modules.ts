import type { AccountReader } from '@adit/stratum';
import type { OnPoolEvent } from './events.ts';
import type { PayeeReader } from './zcash/block-payee.ts';

/** The collaborators of a pool. */
export interface PoolModules {
  readonly onEvent: OnPoolEvent;
  /** Wall clock in milliseconds, for tests. */
  readonly now?: () => number;
  /** Milliseconds that only grow, for tests: the age of TrueChain's headers. */
  readonly monotonic?: () => number;
  /**
   * Reads addresses of a network, for ports whose accounts are addresses. The pool itself knows none.
   * @returns undefined for a network whose addresses it does not know
   */
  readonly accountsOf?: (network: string) => AccountReader | undefined;
  /**
   * Reads addresses of a network that a coinbase can pay, for ports that pay in the block, and for the operator's own.
   * @returns undefined for a network whose addresses it does not know
   */
  readonly payeesOf?: (network: string) => PayeeReader | undefined;
  /**
   * For benchmarks that send one share many times: makes the digest by which duplicates and journal know a Zcash share,
   * from its block hash. Blocks are not changed.
   */
  readonly shareDigest?: (blockHash: Uint8Array) => Uint8Array;
}
