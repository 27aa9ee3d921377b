import { AditError } from '@adit/primitives';

/** A share of one million stands for the whole: fees, donations and ratios are counted in parts per million (ppm). */
export const PPM = 1_000_000n;

/**
 * Checks an amount that a caller hands over, in the smallest unit of its coin (zatoshi, wei).
 * @param what names the argument in the error
 * @throws AditError `ADIT_BAD_AMOUNT` unless it is a bigint of at least zero. A number is refused: from 2^53 on it loses units.
 */
export function checkAmount(value: bigint, what: string): void {
  if (typeof value === 'bigint' && value >= 0n) return;
  throw new AditError('ADIT_BAD_AMOUNT', `${what} must be a bigint of at least zero, not ${String(value)}`);
}

/**
 * Checks a share of the whole.
 * @throws AditError `ADIT_BAD_AMOUNT` unless it is a bigint from zero to {@link PPM}
 */
export function checkPpm(value: bigint, what: string): void {
  checkAmount(value, what);
  if (value > PPM) throw new AditError('ADIT_BAD_AMOUNT', `${what} must be at most ${PPM} ppm, not ${value}`);
}

/** @returns the sum of all, zero for none */
export function sumOf(values: Iterable<bigint>): bigint {
  let sum = 0n;
  for (const value of values) sum += value;
  return sum;
}
