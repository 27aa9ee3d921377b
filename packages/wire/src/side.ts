/** The two ends of a conversation. */
export type Side = 'miner' | 'pool';

export const OTHER_SIDE: Readonly<Record<Side, Side>> = { miner: 'pool', pool: 'miner' };
