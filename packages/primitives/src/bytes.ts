import { checkBytes } from './check-bytes.ts';
import { checkBigint, checkWhole } from './check-values.ts';
import { AditError } from './errors.ts';

/** @returns one array with the bytes of all parts, in order @throws AditError `ADIT_BAD_BYTES` for text among them */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) {
    checkBytes(part, 'a part');
    length += part.length;
  }
  const all = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

/**
 * Whether both have the same bytes. It ends at the first difference, so it is not for secrets.
 * @throws AditError `ADIT_BAD_BYTES`
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  checkBytes(a, 'the first bytes');
  checkBytes(b, 'the second bytes');
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** Whether `bytes` begin with `prefix`; true for an empty prefix. @throws AditError `ADIT_BAD_BYTES` */
export function startsWithBytes(bytes: Uint8Array, prefix: Uint8Array): boolean {
  checkBytes(bytes, 'bytes');
  checkBytes(prefix, 'the prefix');
  // Past the end of `bytes` the element is undefined, which differs from every byte.
  for (let i = 0; i < prefix.length; i += 1) if (bytes[i] !== prefix[i]) return false;
  return true;
}

/**
 * @returns a reversed copy: header order to the order in which explorers and RPC print hashes, and back
 * @throws AditError `ADIT_BAD_BYTES` for text, of which an array would be made that is empty or zero
 */
export function reverseBytes(bytes: Uint8Array): Uint8Array {
  checkBytes(bytes, 'what is reversed');
  // Not `slice()`: on a Node Buffer it returns a view, and `reverse()` would reverse the caller's bytes.
  return new Uint8Array(bytes).reverse();
}

/** @param value 0 to 2^32-1 @returns four bytes, little-endian @throws AditError `ADIT_BAD_OPTION` */
export function uint32LE(value: number): Uint8Array {
  checkWhole(value, 'a number of four bytes', 0, 0xffff_ffff);
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24);
}

/** @returns the unsigned integer of the four little-endian bytes at `offset` @throws RangeError past the end; AditError for other kinds */
export function readUint32LE(bytes: Uint8Array, offset = 0): number {
  checkBytes(bytes, 'bytes');
  checkWhole(offset, 'the offset', 0, Number.MAX_SAFE_INTEGER);
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(offset, true);
}

/**
 * @returns the unsigned integer of all bytes, the first one most significant; zero for an empty array
 * @throws AditError `ADIT_BAD_BYTES`
 */
export function bigintFromBytes(bytes: Uint8Array): bigint {
  checkBytes(bytes, 'a number');
  let value = 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let offset = 0;
  for (; offset + 8 <= bytes.length; offset += 8) value = (value << 64n) | view.getBigUint64(offset);
  for (; offset < bytes.length; offset += 1) value = (value << 8n) | BigInt(view.getUint8(offset));
  return value;
}

/**
 * @returns the unsigned integer of all bytes, the first one least significant; zero for an empty array
 * @throws AditError `ADIT_BAD_BYTES`
 */
export function bigintFromBytesLE(bytes: Uint8Array): bigint {
  checkBytes(bytes, 'a number');
  let value = 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length;
  for (; end >= 8; end -= 8) value = (value << 64n) | view.getBigUint64(end - 8, true);
  for (; end > 0; end -= 1) value = (value << 8n) | BigInt(view.getUint8(end - 1));
  return value;
}

/** More than any number that is written: it only refuses what is no length. */
const MOST_BYTES = 1 << 16;

/**
 * Writes a non-negative integer as big-endian bytes, with zeros on the left.
 * @throws AditError `ADIT_NUMBER_TOO_LARGE` when it does not fit, or is negative; `ADIT_BAD_OPTION` for other kinds
 */
export function bigintToBytes(value: bigint, length: number): Uint8Array {
  if (typeof value !== 'bigint') checkBigint(value, 'the number');
  checkWhole(length, 'the length', 0, MOST_BYTES);
  // A negative number stays -1 or less, however far it is shifted.
  if (value >> BigInt(8 * length) !== 0n) {
    throw new AditError('ADIT_NUMBER_TOO_LARGE', `${value} does not fit ${length} bytes`);
  }
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  let rest = value;
  let end = length;
  // Eight bytes at a time: a step of a bigint takes as long for one byte.
  for (; end >= 8; end -= 8) {
    view.setBigUint64(end - 8, rest);
    rest >>= 64n;
  }
  for (; end > 0; end -= 1) {
    bytes[end - 1] = Number(rest & 255n);
    rest >>= 8n;
  }
  return bytes;
}
