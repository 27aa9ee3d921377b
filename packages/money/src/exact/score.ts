import { AditError } from '@adit/primitives';

/** The score of one expected block of the network: 2^64. */
export const BLOCK_SCORE = 1n << 64n;

/**
 * Score of a share: the part of a block that it is expected to find, in units of 2^-64 blocks, rounded down.
 *
 * The score depends on the network target that held for the share, so that each hash is worth the same part of a block
 * whenever it was made. A window of plain weights pays too much for work before the network became harder.
 *
 * @param weight expected number of solutions for the *assigned* target of the share; never for the hash that was found
 * @param networkWeight the same for the network's target of that share
 * @returns at most {@link BLOCK_SCORE}: no share target is harder than its network target, so a larger figure means that one
 *   of the two weights is wrong, and a wrong weight must not be worth more than a block
 * @throws AditError `ADIT_BAD_AMOUNT` unless both are bigints above zero
 */
export function scoreOf(weight: bigint, networkWeight: bigint): bigint {
  for (const [value, what] of [
    [weight, 'a weight'],
    [networkWeight, 'the weight of the network'],
  ] as const) {
    if (typeof value !== 'bigint' || value <= 0n)
      throw new AditError('ADIT_BAD_AMOUNT', `${what} must be a bigint above zero, not ${String(value)}`);
  }
  return weight >= networkWeight ? BLOCK_SCORE : (weight * BLOCK_SCORE) / networkWeight;
}
