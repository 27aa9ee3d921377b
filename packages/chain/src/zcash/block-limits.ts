/** Consensus limit of a serialised block. */
export const MAX_BLOCK_BYTES = 2_000_000;
/** Consensus limit of signature checks in a block. */
export const MAX_SIGOPS = 20_000;
