import { AditError } from '@adit/primitives';

/** Decimal digits only: `Number` alone would take nothing for 0, and `0x10` and `1e3` for numbers. */
const WHOLE = /^[0-9]{1,15}$/;
const DECIMAL = /^[0-9]{1,15}(\.[0-9]{1,9})?$/;

/**
 * A whole number from the command line.
 * @param name of the option, as in `--threads`
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function wholeOption(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (WHOLE.test(text) && value >= least && value <= most) return value;
  throw badOption(name, text, `a whole number from ${least} to ${most}`);
}

/**
 * A number above 0 from the command line.
 * @throws AditError `ADIT_BAD_OPTION`
 */
export function positiveOption(name: string, text: string, most: number): number {
  const value = Number(text);
  if (DECIMAL.test(text) && value > 0 && value <= most) return value;
  throw badOption(name, text, `a number above 0, up to ${most}`);
}

function badOption(name: string, text: string, expected: string): AditError {
  const found = text === '' ? 'nothing' : JSON.stringify(text.slice(0, 40));
  return new AditError('ADIT_BAD_OPTION', `${name}: found ${found}, expected ${expected}`);
}
