/**
 * Whether a coinbase pays into a shielded pool. A coinbase that only pays transparently ends with empty shielded parts:
 * the counts of spends, outputs and actions (v5, v6) or of spends, outputs and joinsplits (v4), all zero. Any other
 * ends with a signature. Zebra makes such a one if its `miner_address` is shielded, and must then prove each coinbase
 * anew.
 * @param coinbase serialised
 */
export function paysShielded(coinbase: Uint8Array): boolean {
  return coinbase.subarray(-EMPTY_PARTS).some((byte) => byte !== 0);
}

const EMPTY_PARTS = 3;
