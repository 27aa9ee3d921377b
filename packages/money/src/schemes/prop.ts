import { countableItems, isSlice, RoundTally } from './round.ts';
import type { Scheme } from './scheme.ts';
import type { SchemeOptions } from './scheme-options.ts';

/** Proportional: the shares since the block before. Whoever leaves a long round gains by it. */
export const PROP: Scheme<Extract<SchemeOptions, { kind: 'prop' }>> = {
  label: 'PROP',
  holderOf: ({ account }) => account,
  keepsWindow: false,
  keepsBlock: false,
  round: (_options, source, holderOf) => {
    const first = source.blockBefore === null ? 0n : source.blockBefore + 1n;
    const countsFrom = first > source.countsFrom ? first : source.countsFrom;
    const tally = new RoundTally();
    for (const share of countableItems({ ...source, countsFrom }, () => true)) {
      if (isSlice(share)) {
        tally.addSlice(share, holderOf);
        continue;
      }
      const holder = holderOf(share);
      if (holder !== undefined) tally.add(holder, share.number, share.score);
    }
    return tally.finish(source.blockNumber, true);
  },
  price: () => undefined,
};
