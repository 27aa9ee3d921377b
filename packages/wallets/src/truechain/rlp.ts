import { concatBytes } from '@adit/primitives';

/** Shorter than this a length fits into the first byte. */
const SHORT = 56;
const OF_BYTES = 0x80;
const OF_LIST = 0xc0;
/** Bytes added to the first one, if the length follows in bytes of its own. */
const LONG = 55;

/** A byte string in RLP: a single byte below 128 stands for itself. */
export function rlpBytes(bytes: Uint8Array): Uint8Array {
  const [first = 0] = bytes;
  return bytes.length === 1 && first < OF_BYTES ? bytes : concatBytes(head(OF_BYTES, bytes.length), bytes);
}

/** An integer in RLP: big-endian without leading zeros; zero is the empty string. */
export function rlpInteger(value: bigint): Uint8Array {
  return rlpBytes(bigEndian(value));
}

/** A list of items that are encoded already. */
export function rlpList(items: readonly Uint8Array[]): Uint8Array {
  const content = concatBytes(...items);
  return concatBytes(head(OF_LIST, content.length), content);
}

function head(kind: number, length: number): Uint8Array {
  if (length < SHORT) return Uint8Array.of(kind + length);
  const bytes = bigEndian(BigInt(length));
  return Uint8Array.of(kind + LONG + bytes.length, ...bytes);
}

function bigEndian(value: bigint): Uint8Array {
  const bytes: number[] = [];
  for (let left = value; left > 0n; left >>= 8n) bytes.unshift(Number(left & 0xffn));
  return Uint8Array.from(bytes);
}
