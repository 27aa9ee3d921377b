import { AditError } from './errors.ts';

/**
 * Checks a text that a caller hands over. Where types are lost, bytes or numbers come in its place.
 * @param what names the argument in the error
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function checkText(value: string, what: string): void {
  if (typeof value !== 'string') throw bad(what, 'a text', value);
}

/**
 * Checks a whole number. A text would be added and shifted like a number, with another result.
 * @throws AditError `ADIT_BAD_OPTION` unless it is an integer from `least` to `most`
 */
export function checkWhole(value: number, what: string, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw bad(what, `a whole number from ${least} to ${most}`, value);
}

/**
 * Checks a bigint that must not be negative, such as a target or a weight.
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function checkBigint(value: bigint, what: string): void {
  if (typeof value !== 'bigint' || value < 0n) throw bad(what, 'a bigint of 0 or more', value);
}

function bad(what: string, wanted: string, value: unknown): AditError {
  const found =
    typeof value === 'object' && value !== null ? 'an object' : `${typeof value} ${String(value)}`;
  return new AditError('ADIT_BAD_OPTION', `${what} must be ${wanted}, not ${found.slice(0, 64)}`);
}
