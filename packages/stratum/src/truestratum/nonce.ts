import { checkBigint, checkBytes } from '@adit/primitives';

const MAX_NONCE = (1n << 64n) - 1n;

/**
 * Reads a submitted nonce, an unsigned 64-bit integer. A text of digits alone is decimal; `0x` or a hex letter makes it
 * hexadecimal. A JSON number is taken if a double holds it exactly.
 *
 * @returns the number, or the sentence for the miner
 */
export function parseNonce(value: unknown): bigint | string {
  if (typeof value === 'number') {
    return Number.isSafeInteger(value) && value >= 0
      ? BigInt(value)
      : 'a number loses digits beyond 2^53: send the nonce as a decimal string';
  }
  if (typeof value !== 'string') return 'the nonce must be a decimal string';
  if (/^[0-9]{1,20}$/.test(value)) return inRange(BigInt(value));
  const hex = /^(?:0[xX])?([0-9a-fA-F]{1,16})$/.exec(value)?.[1];
  if (hex !== undefined) return inRange(BigInt(`0x${hex}`));
  return 'the nonce must be an unsigned 64-bit integer as a decimal string';
}

function inRange(nonce: bigint): bigint | string {
  return nonce <= MAX_NONCE ? nonce : 'the nonce must be below 2^64';
}

/** The smallest nonce whose leading bytes are `nonce1`. */
export function firstNonceOf(nonce1: Uint8Array): bigint {
  checkBytes(nonce1, 'nonce1');
  let value = 0n;
  for (let i = 0; i < 8; i += 1) value = (value << 8n) | BigInt(nonce1[i] ?? 0);
  return value;
}

/** Whether the leading bytes of a 64-bit nonce are `nonce1` (0 to 3 bytes). */
export function hasPrefix(nonce: bigint, nonce1: Uint8Array): boolean {
  checkBigint(nonce, 'the nonce');
  checkBytes(nonce1, 'nonce1');
  const bits = BigInt(64 - 8 * nonce1.length);
  return nonce >> bits === firstNonceOf(nonce1) >> bits;
}

/**
 * The readings of a submitted nonce, in the order in which to try them: as given, then with the connection's nonce1 in
 * front if the nonce leaves room for it (some miners send only the part that they count).
 */
export function nonceReadings(nonce: bigint, nonce1: Uint8Array): readonly bigint[] {
  checkBigint(nonce, 'the nonce');
  checkBytes(nonce1, 'nonce1');
  const room = 1n << BigInt(64 - 8 * nonce1.length);
  if (nonce1.length === 0 || nonce >= room) return [nonce];
  const prefixed = firstNonceOf(nonce1) | nonce;
  return prefixed === nonce ? [nonce] : [nonce, prefixed];
}
