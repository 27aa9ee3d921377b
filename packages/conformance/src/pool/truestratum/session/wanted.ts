import { MAX_TARGET_128 } from '@adit/primitives';
import { cannotTell, Judged } from '../../../report/finding.ts';
import type { TrueStratumSeenJob } from './seen-jobs.ts';

/** Decides by the two halves of its digest whether a nonce is wanted. */
export type Wanted = (halves: { block: bigint; fruit: bigint }, target: bigint, nonce: bigint) => boolean;

/** A share by the rule of miners of the field: either half is below the target. */
export const isShare: Wanted = ({ block, fruit }, target) => block < target || fruit < target;
export const isWrong: Wanted = ({ block, fruit }, target) => block > target && fruit > target;
export const isShareByBlock: Wanted = ({ block, fruit }, target) => block < target && fruit > target;
export const isShareByFruit: Wanted = ({ block, fruit }, target) => fruit < target && block > target;

/** A nonce above the target by at most a quarter of it. A pool that rounds targets may pay it. */
export const isNearMiss: Wanted = ({ block, fruit }, target) => {
  const best = block < fruit ? block : fruit;
  return best > target && best <= target + target / 4n;
};

/** @throws Judged `cannot_tell` where every nonce is a share of this job */
export function mustBeSelective({ target }: TrueStratumSeenJob): void {
  if (target < MAX_TARGET_128) return;
  throw new Judged(cannotTell("the pool's target lets every nonce pass, so none is wrong"));
}
