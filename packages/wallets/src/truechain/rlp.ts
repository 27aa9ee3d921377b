import { bigintToBytes, concatBytes } from '@adit/primitives';

/** Bytes, a non-negative integer (written as its shortest big-endian bytes, none for zero), or a list. */
export type RlpItem = Uint8Array | bigint | number | readonly RlpItem[];

/**
 * Ethereum's recursive length prefix (Yellow Paper, appendix B), in which TrueChain writes headers and transactions.
 * @throws AditError `ADIT_NUMBER_TOO_LARGE` for a negative integer
 */
export function encodeRlp(item: RlpItem): Uint8Array {
  if (item instanceof Uint8Array) return encodeString(item);
  if (typeof item === 'bigint' || typeof item === 'number') return encodeString(integerBytes(BigInt(item)));
  const body = concatBytes(...item.map(encodeRlp));
  return concatBytes(head(0xc0, body.length), body);
}

function encodeString(bytes: Uint8Array): Uint8Array {
  const [first] = bytes;
  // A byte below 0x80 stands for itself.
  if (bytes.length === 1 && first !== undefined && first < 0x80) return bytes;
  return concatBytes(head(0x80, bytes.length), bytes);
}

function head(base: number, length: number): Uint8Array {
  if (length < 56) return Uint8Array.of(base + length);
  const size = integerBytes(BigInt(length));
  return concatBytes(Uint8Array.of(base + 55 + size.length), size);
}

function integerBytes(value: bigint): Uint8Array {
  return bigintToBytes(value, value === 0n ? 0 : Math.ceil(value.toString(16).length / 2));
}
