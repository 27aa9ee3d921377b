import { AditError } from '@adit/primitives';
import {
  countableItems,
  isSlice,
  type Round,
  type RoundSource,
  RoundTally,
  type ShareClaim,
  type ShareSlice,
} from './round.ts';

/**
 * The round of PPLNS: it walks back from the block's share, inclusive, and adds scores until they fill the window. The oldest
 * share counts with the part that was missing.
 *
 * The sum that the reward is divided by is what really counted, not the window: in a young pool, whose shares do not fill the
 * window, the miners get the whole reward.
 *
 * @param holderOf who holds the score of a share; undefined for shares that take no part and fill nothing
 * @throws AditError `ADIT_BAD_OPTION` for a window that is not above zero; `ADIT_SHARES_OUT_OF_ORDER`
 */
export function windowRound(
  window: bigint,
  source: RoundSource,
  holderOf: (share: ShareClaim) => string | undefined,
): Round {
  if (window <= 0n)
    throw new AditError('ADIT_BAD_OPTION', `the window of a round must be above zero, not ${window}`);
  const tally = new RoundTally();
  let missing = window;
  // A slice that just fills the window may be taken whole: all of its shares count in full.
  const fits = (slice: ShareSlice) => countedIn(slice, holderOf) <= missing;
  for (const share of countableItems(source, fits)) {
    if (isSlice(share)) {
      missing -= tally.addSlice(share, holderOf);
      if (missing === 0n) return tally.finish(source.blockNumber, true);
      continue;
    }
    const holder = holderOf(share);
    if (holder === undefined) continue;
    const counted = share.score < missing ? share.score : missing;
    tally.add(holder, share.number, counted);
    missing -= counted;
    if (missing === 0n) return tally.finish(source.blockNumber, true);
  }
  return tally.finish(source.blockNumber, false);
}

function countedIn({ sums }: ShareSlice, holderOf: (share: ShareClaim) => string | undefined): bigint {
  let counted = 0n;
  for (const sum of sums) if (holderOf(sum) !== undefined) counted += sum.score;
  return counted;
}
