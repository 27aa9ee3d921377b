import { checkText } from '@adit/primitives';

/** The parts of a worker's password. */
export interface PasswordText {
  /** The password without its options. The port compares it, and neither keeps nor logs it. */
  readonly password: string;
  /** Decimal text above 0, or a sentence for the miner that says what is wrong with it. */
  readonly difficulty?: string | { readonly fault: string };
}

/**
 * An option begins the text or follows a separator, and ends before the next separator. Pools document the comma
 * (`x,d=64`); the semicolon is for miners whose own configuration splits its fields at commas.
 */
const OPTION = /(?:^|[,;]) *d=([^,;]*)/g;
const LEADING_OPTION = /^ *d=/;
/** ASCII digits and one point only: without sign, exponent or hex, a number has only one reading. */
const DIFFICULTY = /^[0-9]{1,15}(\.[0-9]{1,9})?$/;
const ONLY_ZEROS = /^[0.]*$/;
const FAULT =
  'd= in the password must be a decimal number above 0 with at most 15 digits before and 9 after the point, as in d=64 or d=0.5';

/**
 * Takes the option `d=<difficulty>` out of a worker's password: `d=64`, `x,d=0.5`, `secret;d=8`. The rest of the text,
 * with its separators, is the password. A difficulty has at most 15 digits before and 9 after the point.
 */
export function parsePassword(text: string): PasswordText {
  checkText(text, 'a password');
  const values = Array.from(text.matchAll(OPTION), ([, value = '']) => value.trimEnd());
  const [value] = values;
  if (value === undefined) return { password: text };
  const rest = text.replace(OPTION, '');
  const password = LEADING_OPTION.test(text) ? rest.slice(1) : rest;
  if (values.length > 1)
    return { password, difficulty: { fault: 'the password has more than one d= in it' } };
  return { password, difficulty: isDifficulty(value) ? value : { fault: FAULT } };
}

/**
 * The decimal text of a difficulty that a miner sends outside its password, as number or text.
 * @returns undefined if the value is not a difficulty
 */
export function difficultyText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  // Only nine digits after the point count. `toFixed` also avoids the exponent that `String` gives very small numbers;
  // very large ones keep theirs, and are refused.
  const text = typeof value === 'number' ? value.toFixed(9) : value;
  return isDifficulty(text) ? text : undefined;
}

function isDifficulty(text: string): boolean {
  return DIFFICULTY.test(text) && !ONLY_ZEROS.test(text);
}
