/** The two ends of a conversation. */
export type Side = 'miner' | 'pool';
