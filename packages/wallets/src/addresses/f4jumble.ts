import { concatBytes } from '@adit/primitives';
import { blake2b } from '@noble/hashes/blake2.js';

/** Bytes of a BLAKE2b digest, and most of the left half. */
const DIGEST_BYTES = 64;

/**
 * F4Jumble (ZIP 316): a permutation that spreads each byte over the whole message, so that nobody can make an address that only
 * looks like another one.
 * @param message 48 bytes or more
 */
export function f4jumble(message: Uint8Array): Uint8Array {
  const [a, b] = halves(message);
  const x = xor(b, long(0, a, b.length));
  const y = xor(a, short(0, x, a.length));
  const d = xor(x, long(1, y, b.length));
  return concatBytes(xor(y, short(1, d, a.length)), d);
}

/** Inverse of {@link f4jumble}. */
export function f4jumbleInverse(jumbled: Uint8Array): Uint8Array {
  const [c, d] = halves(jumbled);
  const y = xor(c, short(1, d, c.length));
  const x = xor(d, long(1, y, d.length));
  const a = xor(y, short(0, x, c.length));
  return concatBytes(a, xor(x, long(0, a, d.length)));
}

function halves(message: Uint8Array): readonly [Uint8Array, Uint8Array] {
  const left = Math.min(DIGEST_BYTES, Math.floor(message.length / 2));
  return [message.subarray(0, left), message.subarray(left)];
}

function short(round: number, input: Uint8Array, length: number): Uint8Array {
  return blake2b(input, { dkLen: length, personalization: name('UA_F4Jumble_H', round, 0) });
}

function long(round: number, input: Uint8Array, length: number): Uint8Array {
  const count = Math.ceil(length / DIGEST_BYTES);
  const blocks = Array.from({ length: count }, (_, i) =>
    blake2b(input, { dkLen: DIGEST_BYTES, personalization: name('UA_F4Jumble_G', round, i) }),
  );
  return concatBytes(...blocks).subarray(0, length);
}

function name(text: string, round: number, block: number): Uint8Array {
  return Uint8Array.of(...new TextEncoder().encode(text), round, block % 256, block >> 8);
}

function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}
