/**
 * Whether a coinbase pays into a shielded pool. One that pays transparently alone ends with its empty shielded parts:
 * the counts of spends, outputs and actions (v5, v6) or of spends, outputs and joinsplits (v4), all zero. One that does
 * not ends with a signature. Zebra pays so where its `miner_address` is shielded, and then proves each coinbase anew.
 * @param coinbase serialised
 */
export function paysShielded(coinbase: Uint8Array): boolean {
  return coinbase.subarray(-EMPTY_PARTS).some((byte) => byte !== 0);
}

const EMPTY_PARTS = 3;
