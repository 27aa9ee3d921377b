/** An address that a coinbase can pay. */
export interface BlockPayee {
  /** Its one spelling. */
  readonly account: string;
  /** The script of its outputs. */
  readonly script: Uint8Array;
}

/** Reads an address, or says why a coinbase cannot pay it, in a sentence for the miner. */
export type PayeeReader = (address: string) => BlockPayee | { readonly fault: string };

/** What a work can pay to others than the operator. */
export interface RewardDivision {
  /** Within one consensus branch a node that has accepted a payee once accepts it in each block. See `branchOf`. */
  readonly branch: string;
  /** What the node's coinbase pays to the operator, in zatoshi. */
  readonly reward: bigint;
}
