import { checkBytes } from './check-bytes.ts';
import { AditError } from './errors.ts';

const DIGITS = '0123456789abcdef';
const BYTE_TO_HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  return DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15);
});

/** Characters decoded at once. A solution with its prefix, the longest field of a share, has 2,694. */
const CHUNK = 16_384;
/** All calls share it: each call fills it and reads it before it returns. */
const ASCII = new Uint8Array(CHUNK);
const PAIRS = new Uint16Array(ASCII.buffer);
/** The byte of each pair of digits, by the pair as one number in the byte order of the machine; -1 for other pairs. */
const PAIR_TO_BYTE = new Int16Array(65_536).fill(-1);
const CODES = [...DIGITS, ...'ABCDEF'].map((digit) => ({
  code: digit.charCodeAt(0),
  value: Number.parseInt(digit, 16),
}));
for (const high of CODES) {
  for (const low of CODES) {
    ASCII[0] = high.code;
    ASCII[1] = low.code;
    PAIR_TO_BYTE[PAIRS[0] ?? 0] = (high.value << 4) | low.value;
  }
}
const ENCODER = new TextEncoder();

/** Lower-case hex, two digits a byte. @throws AditError `ADIT_BAD_BYTES` for text and other things that are not bytes */
export function encodeHex(bytes: Uint8Array): string {
  checkBytes(bytes, 'what becomes hex');
  let text = '';
  for (const byte of bytes) text += BYTE_TO_HEX[byte];
  return text;
}

/**
 * Decodes strict hex: digits of either case, exactly `length` bytes, nothing else.
 *
 * A lenient decoder lets a miner spell one share in many ways, and be paid for each. So this one never skips, pads or
 * truncates.
 *
 * @param length expected number of bytes; any even number of digits when left out
 * @returns `undefined` for anything else
 */
export function tryDecodeHex(text: unknown, length?: number): Uint8Array | undefined {
  if (typeof text !== 'string' || text.length % 2 !== 0) return undefined;
  if (length !== undefined && text.length !== 2 * length) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let start = 0; start < text.length; start += CHUNK) {
    const part = text.length <= CHUNK ? text : text.slice(start, start + CHUNK);
    // Outside ASCII a character takes several bytes, none of which is a digit. The text may then not fit, and the
    // bytes after it would be those of an earlier call: so `read` is compared.
    const { read } = ENCODER.encodeInto(part, ASCII);
    if (read !== part.length) return undefined;
    if (!decodePairs(part.length / 2, bytes, start / 2)) return undefined;
  }
  return bytes;
}

/** @returns false where a pair has a character that is not a digit */
function decodePairs(count: number, bytes: Uint8Array, offset: number): boolean {
  let all = 0;
  for (let i = 0; i < count; i += 1) {
    const byte = PAIR_TO_BYTE[PAIRS[i] as number] as number;
    bytes[offset + i] = byte;
    // One negative value makes `all` negative.
    all |= byte;
  }
  return all >= 0;
}

/**
 * Like {@link tryDecodeHex}, but anything else is an error.
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
