import type { Coin } from '../api/types.ts';
import { UNKNOWN } from './rate.ts';

/**
 * An amount in coins. Only text is moved about: an amount is never a floating-point number.
 * @param units in the smallest unit of the coin, as decimal text
 * @param decimals one coin is 10^decimals units
 */
export function amountText(units: string | null | undefined, decimals: number): string {
  const match = units === null || units === undefined ? null : /^(-?)(\d+)$/.exec(units);
  if (match === null) return UNKNOWN;
  const [, sign = '', digits = ''] = match;
  const padded = digits.padStart(decimals + 1, '0');
  const whole = padded.slice(0, padded.length - decimals).replace(/^0+(?=\d)/, '');
  const part = padded.slice(padded.length - decimals).replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${sign}${grouped}${part === '' ? '' : `.${part}`}`;
}

/** An amount with the name of its coin, such as "1.25 ZEC". @param units as for {@link amountText} */
export function coinsText(
  units: string | null,
  { decimals, symbol }: Pick<Coin, 'decimals' | 'symbol'>,
): string {
  return units === null ? UNKNOWN : `${amountText(units, decimals)} ${symbol}`;
}

/** How much of a threshold an amount has reached, 0 to 100, in whole percent and rounded down. */
export function percentOf(units: string, threshold: string): number {
  const [have, want] = [BigInt(units), BigInt(threshold)];
  if (want <= 0n || have >= want) return 100;
  return have <= 0n ? 0 : Number((have * 100n) / want);
}
