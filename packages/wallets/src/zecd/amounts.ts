import { AditError } from '@adit/primitives';
import { DecimalText } from '@adit/rpc';

const PLACES = 8;
const FORM = /^(-?)(\d{1,12})(?:\.(\d{1,8}))?$/;

/** Writes zatoshi as zecd is given them: a text with eight decimals. A JSON number could be rounded on the way. */
export function coinsText(zatoshi: bigint): string {
  const digits = zatoshi.toString().padStart(PLACES + 1, '0');
  return `${digits.slice(0, -PLACES)}.${digits.slice(-PLACES)}`;
}

/**
 * Reads an amount in coins from an answer that was parsed exactly.
 * @throws AditError `ADIT_BAD_FIELD`
 */
export function zatoshiFrom(value: unknown, field: string): bigint {
  const text = value instanceof DecimalText ? value.text : typeof value === 'number' ? String(value) : '';
  const [, sign, whole = '', decimals = ''] = FORM.exec(text) ?? [];
  if (whole === '')
    throw new AditError('ADIT_BAD_FIELD', `${field} must be an amount with at most 8 decimals`);
  const zatoshi = BigInt(whole + decimals.padEnd(PLACES, '0'));
  return sign === '-' ? -zatoshi : zatoshi;
}
