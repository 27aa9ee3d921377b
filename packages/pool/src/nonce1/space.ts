/** All nonce1 values of one length, or of all lengths from four up. */
export interface Nonce1Space {
  /** They are unique in so many leading bytes. */
  readonly bytes: number;
  /** There are 2^bits of them, from `base` up. */
  readonly bits: number;
  readonly base: number;
}

/**
 * nonce1 values of different lengths on one network must not be prefixes of each other, or two miners
 * would search the same nonces. So the leading byte says the length: 00-7f four bytes and more (unique
 * in the first four), 80-bf three, c0-df two, e0-ff one.
 */
const LONG: Nonce1Space = { bytes: 4, bits: 31, base: 0 };
const SPACES: readonly Nonce1Space[] = [
  { bytes: 1, bits: 5, base: 0xe0 },
  { bytes: 2, bits: 13, base: 0xc000 },
  { bytes: 3, bits: 22, base: 0x80_0000 },
];

/**
 * A restart wastes what is left of a block. More than may connect in one burst with the limits as they are by default
 * (5,000), since nobody waits for the next block.
 */
const LARGEST_BLOCK = 8192;
/** Small spaces are shared by some processes, not used up by one. */
const SMALLEST_SHARE_OF_SPACE = 8;

/** @param length of nonce1 in bytes, 1 to 17 */
export function nonce1Space(length: number): Nonce1Space {
  return SPACES.find(({ bytes }) => bytes === length) ?? LONG;
}

/** How many values a process takes at once. */
export function blockSize({ bits }: Nonce1Space): number {
  return Math.min(LARGEST_BLOCK, 2 ** bits / SMALLEST_SHARE_OF_SPACE);
}

/** What a space is called in `leases.db`. */
export function spaceName(network: string, { bytes }: Nonce1Space): string {
  return `${network}/${bytes}`;
}
