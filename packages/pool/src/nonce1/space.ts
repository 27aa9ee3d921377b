/** All nonce1 values of one length, or of all lengths from four up. */
export interface Nonce1Space {
  /** The values are unique in this many leading bytes. */
  readonly bytes: number;
  /** There are 2^bits of them, from `base` up. */
  readonly bits: number;
  readonly base: number;
}

/**
 * nonce1 values of different lengths on one network must not be prefixes of each other, or two miners would search the
 * same nonces. So the leading byte tells the length: 00-7f for four bytes and more (unique in the first four), 80-bf
 * for three, c0-df for two, e0-ff for one.
 */
const LONG: Nonce1Space = { bytes: 4, bits: 31, base: 0 };
const SPACES: readonly Nonce1Space[] = [
  { bytes: 1, bits: 5, base: 0xe0 },
  { bytes: 2, bits: 13, base: 0xc000 },
  { bytes: 3, bits: 22, base: 0x80_0000 },
];

/**
 * A restart wastes the rest of a block. A block is larger than one burst of connections under the default limits
 * (5,000), since no connection waits for the next block.
 */
const LARGEST_BLOCK = 8192;
/** A process takes at most this fraction (an eighth) of a small space, so that several processes can share it. */
const SMALLEST_SHARE_OF_SPACE = 8;

/** @param length of nonce1 in bytes, 1 to 17 */
export function nonce1Space(length: number): Nonce1Space {
  return SPACES.find(({ bytes }) => bytes === length) ?? LONG;
}

/** How many values a process leases at once. */
export function blockSize({ bits }: Nonce1Space): number {
  return Math.min(LARGEST_BLOCK, 2 ** bits / SMALLEST_SHARE_OF_SPACE);
}

/** The name of a space in `leases.db`. */
export function spaceName(network: string, { bytes }: Nonce1Space): string {
  return `${network}/${bytes}`;
}
