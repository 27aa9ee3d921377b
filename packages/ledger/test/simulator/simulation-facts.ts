// What all worlds of payouts have in common.
import type { PayoutOptions } from '@adit/ledger';

export const CHAIN = 'zcash';
export const ACCOUNTS = ['ann', 'bob', 'cem', 'dan', 'eve', 'own'];
export const OPTIONS: PayoutOptions = {
  chain: CHAIN,
  wallet: 'hot',
  caps: { payment: 500_000_000n, batch: 1_000_000_000n, daily: 1_000_000_000_000n },
  minimum: 1_000_000n,
  keep: 0n,
  feeBorneBy: 'pool',
  mostFee: 1_000_000n,
  rules: { settleDepth: 20 },
  shieldFrom: 1n,
  margin: 100,
};

/** Rounds of eight blocks at the end: enough for an operation, its expiry, a proof, and another payment. */
export const CALM_ROUNDS = 120;
/** What was given up at the last moment may still be mined: so long it is looked at. */
export const LEAST_CALM_ROUNDS = 12;

/** Places where a kill hurts most. */
export const KILL_PLACES = [
  'before start',
  'behind start',
  'behind poll',
  'behind finish',
  'before send',
  'before commit',
  'behind commit',
] as const;
