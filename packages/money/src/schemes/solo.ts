import { BLOCK_SCORE } from '../exact/score.ts';
import { countableShares, RoundTally } from './round.ts';
import type { Scheme } from './scheme.ts';
import type { SchemeOptions } from './scheme-options.ts';

/** The finder gets its block. Shares of SOLO take no part in rounds of others, and do not fill their windows. */
export const SOLO: Scheme<Extract<SchemeOptions, { kind: 'solo' }>> = {
  label: 'SOLO',
  holderOf: () => undefined,
  keepsWindow: false,
  keepsBlock: true,
  round: (_options, source) => {
    const tally = new RoundTally();
    for (const { number, account } of countableShares(source)) {
      // Only the block's own share is looked at, and only its account counts: a score of zero is a claim here.
      if (number === source.blockNumber) tally.add(account, number, BLOCK_SCORE);
      break;
    }
    return tally.finish(source.blockNumber, true);
  },
  price: () => undefined,
};
