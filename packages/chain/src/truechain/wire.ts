import { AditError, bigintFromBytes, encodeHex, tryDecodeHex } from '@adit/primitives';

/**
 * How Ethereum-like nodes write values in JSON: "0x" and hex. Data keep their length. Quantities have no leading zeros,
 * but some nodes pad them, so leading zeros are accepted.
 */

/** "0x" and exactly `length` bytes. @throws AditError `ADIT_BAD_FIELD` naming the field */
export function readData(value: unknown, length: number, field: string): Uint8Array {
  const bytes = tryReadData(value, length);
  if (bytes === undefined) throw badField(field, `0x and ${2 * length} hex digits`);
  return bytes;
}

/** As {@link readData}, but returns `undefined` instead of throwing. */
function tryReadData(value: unknown, length: number): Uint8Array | undefined {
  if (typeof value !== 'string' || !value.startsWith('0x')) return undefined;
  return tryDecodeHex(value.slice(2), length);
}

/** "0x" and 1 to 64 hex digits. @throws AditError `ADIT_BAD_FIELD` naming the field */
export function readQuantity(value: unknown, field: string): bigint {
  if (typeof value !== 'string' || !/^0x[0-9a-f]{1,64}$/i.test(value)) {
    throw badField(field, '0x and 1 to 64 hex digits');
  }
  return BigInt(value);
}

/** A block number or a time. @throws AditError `ADIT_BAD_FIELD` naming the field */
export function readNumber(value: unknown, field: string): number {
  const quantity = readQuantity(value, field);
  if (quantity > BigInt(Number.MAX_SAFE_INTEGER)) throw badField(field, 'less than 2^53');
  return Number(quantity);
}

/**
 * Reads an amount in the smallest unit: a bare integer, parsed as bigint beyond 2^53.
 * @throws AditError `ADIT_BAD_FIELD`
 */
export function readAmount(value: unknown, field: string): bigint {
  const amount = typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value;
  if (typeof amount !== 'bigint' || amount < 0n) throw badField(field, 'an integer of at least 0');
  return amount;
}

/** Reads a 20-byte address and returns the one spelling that is compared and stored: 0x and lower-case digits. */
export function readAddress(value: unknown, field: string): string {
  return writeData(readData(value, 20, field));
}

export function readRecord(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw badField(field, 'an object');
  return value as Record<string, unknown>;
}

/** @param most greatest length; a longer list is an error */
export function readList(value: unknown, most: number, field: string): readonly unknown[] {
  if (!Array.isArray(value) || value.length > most) throw badField(field, `a list of at most ${most} items`);
  return value;
}

/** Writes bytes as the node wants them: `0x` and two digits each. */
export function writeData(bytes: Uint8Array): string {
  return `0x${encodeHex(bytes)}`;
}

/**
 * Writes a number as the node wants it: `0x` and hex without leading zeros.
 * @param value 0 or more
 */
export function writeQuantity(value: bigint | number): string {
  return `0x${value.toString(16)}`;
}

/** Writes the nonce of headers and of submitWork: always 8 bytes. */
export function writeNonce(nonce: bigint): string {
  return `0x${nonce.toString(16).padStart(16, '0')}`;
}

export function readNonce(value: unknown, field: string): bigint {
  return bigintFromBytes(readData(value, 8, field));
}

export function badField(field: string, expected: string): AditError {
  return new AditError('ADIT_BAD_FIELD', `${field} must be ${expected}`);
}
