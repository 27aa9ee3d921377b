/**
 * What a pool may do with a coinbase's script. `free`: anything, as with Zebra. `fixed`: the node refuses blocks with
 * another script. `undescribed`: templates contain neither roots nor auth digests, so that from version 5 on nobody can
 * recompute them.
 */
export type CoinbaseScript = 'free' | 'fixed' | 'undescribed';

/** The whole state of a devnet, as plain JSON. */
export interface ZcashDevnetState {
  startHeight: number;
  acceptedBlocks: number;
  /** In the order of arrival, the first block first. */
  blocks: readonly { raw: string; internal: boolean }[];
  transactions: readonly { raw: string; fee: string; pending: boolean }[];
}

/** Where a chain began, and the rules that all its devnets share. Plain JSON. */
export interface ZcashOrigin {
  network: string;
  blockSeconds: number;
  /** Hex. */
  initialTarget: string;
  startHeight: number;
  coinbaseVersion: 4 | 5 | 6;
  coinbaseScript: CoinbaseScript;
  nu7Height: number | null;
  coinbaseMaturity: number;
  /** The first block in hex. */
  first: string;
}
