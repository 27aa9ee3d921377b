import { AditError } from './errors.ts';

const DIGITS = '0123456789abcdef';
const BYTE_TO_HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  return DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
});

/** Value of each ASCII code as a hex digit, 255 where it is none. */
const NIBBLES = new Uint8Array(128).fill(255);
for (let value = 0; value < 16; value += 1) {
  const digit = DIGITS.charAt(value);
  NIBBLES[digit.charCodeAt(0)] = value;
  NIBBLES[digit.toUpperCase().charCodeAt(0)] = value;
}

/** Lower-case hex, two digits a byte. */
export function encodeHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += BYTE_TO_HEX[byte];
  return text;
}

/**
 * Strict hex to bytes: digits of either case, exactly `length` bytes, nothing else.
 *
 * Every lenient decoder in the field let one share be spelled in many ways, so this one never
 * skips, pads or truncates.
 *
 * @param length expected number of bytes; any even number of digits when left out
 * @returns `undefined` where the text is not such hex
 */
export function tryDecodeHex(text: unknown, length?: number): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 2 !== 0) return undefined;
  if (length !== undefined && text.length !== 2 * length) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i += 1) {
    // A code beyond ASCII reads past the table: `?? 255` makes it invalid like any other.
    const high = NIBBLES[text.charCodeAt(2 * i)] ?? 255;
    const low = NIBBLES[text.charCodeAt(2 * i + 1)] ?? 255;
    if ((high | low) > 15) return undefined;
    bytes[i] = (high << 4) | low;
  }
  return bytes;
}

/**
 * Like {@link tryDecodeHex}, for places where anything else is an error.
 *
 * @param what names the field in the error
 * @throws AditError `ADIT_BAD_HEX`
 */
export function decodeHex(text: unknown, length?: number, what = 'value'): Uint8Array {
  const bytes = tryDecodeHex(text, length);
  if (bytes !== undefined) return bytes;
  const wanted = length === undefined ? 'an even number of hex digits' : `${2 * length} hex digits`;
  throw new AditError('ADIT_BAD_HEX', `${what} must be ${wanted}`);
}
