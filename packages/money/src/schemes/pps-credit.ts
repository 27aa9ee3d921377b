import { AditError } from '@adit/primitives';
import { checkAmount, checkPpm, PPM } from '../exact/amount.ts';
import { BLOCK_SCORE } from '../exact/score.ts';

/** A coefficient of one: prices are neither raised nor damped. Coefficients count in 10^-9. */
export const COEFFICIENT_ONE = 1_000_000_000n;

/** One smallest unit of the coin, in the fine units of a carry: no division happens before all factors are in. */
export const PPS_UNIT = BLOCK_SCORE * PPM * PPM * COEFFICIENT_ONE;

/** What one expected block is paid at. It is stored with the credits, so that they can be checked. */
export interface PpsPrice {
  /** R0, in the smallest unit. */
  readonly reward: bigint;
  /** Fees on top of it. */
  readonly feeRatioPpm: bigint;
  /** In 10^-9. */
  readonly coefficient: bigint;
}

/** What an account gets for an interval, and what it keeps for the next one. */
export interface PpsCredit {
  /** Whole units, before a donation. */
  readonly paid: bigint;
  /** The fraction of a unit that is left, in `1 / PPS_UNIT`. It is kept with the account: nothing is lost by rounding. */
  readonly carry: bigint;
}

/**
 * Pays for shares at once. The sum of all credits does not depend on how the shares are cut into intervals, as long as price
 * and fee stay the same.
 *
 * The fee stays in the reserve: it pays for the risk.
 *
 * @param carry what the account kept from its last interval, from 0 to `PPS_UNIT - 1`
 * @param score sum of the scores of the interval
 * @throws AditError `ADIT_BAD_AMOUNT` for a figure that is negative, a fee above the whole, or a carry of a whole unit
 */
export function ppsCredit(carry: bigint, score: bigint, price: PpsPrice, feePpm: bigint): PpsCredit {
  checkAmount(carry, 'a carry');
  if (carry >= PPS_UNIT) throw new AditError('ADIT_BAD_AMOUNT', 'a carry must be less than one unit');
  checkAmount(score, 'a score');
  checkAmount(price.reward, 'the price of a block');
  checkAmount(price.feeRatioPpm, 'a fee ratio');
  checkAmount(price.coefficient, 'a coefficient');
  checkPpm(feePpm, 'a fee');
  const earned =
    price.reward * (PPM + price.feeRatioPpm) * price.coefficient * score * (PPM - feePpm) + carry;
  return { paid: earned / PPS_UNIT, carry: earned % PPS_UNIT };
}
