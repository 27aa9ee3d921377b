/** Tables of what was taken from the journals: marks, numbered shares, rounds, blocks. */
export const SHARES_SCHEMA: readonly string[] = [];
