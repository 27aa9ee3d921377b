/** Tables of payouts: batches and their items, pins, what was shielded. */
export const PAYOUTS_SCHEMA: readonly string[] = [];
