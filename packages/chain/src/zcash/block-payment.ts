import type { CoinbaseOutput } from './coinbase-outputs.ts';

/** Who is paid in the place of the operator. */
export interface BlockPayment {
  /** The script of the operator's address, which exactly one output of the node's coinbase pays. */
  readonly operator: Uint8Array;
  /** In this order, together exactly the operator's output; at most `MAX_PAYEES`. The operator may be one of them. */
  readonly outputs: readonly CoinbaseOutput[];
}
