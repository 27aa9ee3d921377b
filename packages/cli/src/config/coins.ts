import { wholeCoins } from '@adit/money';
import { AditError } from '@adit/primitives';

/** How a chain's money is written for people. */
export interface Coin {
  /** Short name behind amounts, such as `ZEC`. */
  readonly symbol: string;
  /** Digits behind the point: one coin is 10^decimals of the smallest unit. */
  readonly decimals: number;
}

/** The longest fraction of any chain has 18 digits. Sixty digits before the point are more than any chain has coins. */
const AMOUNT = /^(\d{1,60})(?:\.(\d{1,18}))?$/;

/** Whether a text is an amount of whole coins, such as `0.01`, for a chain with any number of decimals. */
export function isCoins(text: string): boolean {
  return AMOUNT.test(text);
}

/**
 * Reads an amount of whole coins.
 * @returns the amount in the smallest unit
 * @throws AditError `ADIT_BAD_AMOUNT` for text that is not an amount, or has more digits than the coin
 */
export function coinsToUnits(text: string, { symbol, decimals }: Coin): bigint {
  const [, whole, fraction = ''] = AMOUNT.exec(text) ?? [];
  if (whole === undefined || fraction.length > decimals)
    throw new AditError(
      'ADIT_BAD_AMOUNT',
      `found "${text}", expected an amount of ${symbol} with at most ${decimals} digits behind the point, such as 0.01`,
    );
  return BigInt(whole) * 10n ** BigInt(decimals) + BigInt(fraction.padEnd(decimals, '0'));
}

/** @returns an amount of whole coins with all its digits, such as `-0.00500000` */
export function unitsToCoins(units: bigint, { decimals }: Coin): string {
  return wholeCoins(units, decimals);
}
