import { bigintFromBytes, bigintFromBytesLE, bigintToBytes } from './bytes.ts';
import { checkBigint } from './check-values.ts';
import { AditError } from './errors.ts';
import { encodeHex, tryDecodeHex } from './hex.ts';

/** Largest 256-bit target: every hash meets it. */
export const MAX_TARGET_256 = (1n << 256n) - 1n;
/** Largest 128-bit target: every digest half meets it. */
export const MAX_TARGET_128 = (1n << 128n) - 1n;

/** Big-endian hex of a target, zero-padded: 64 digits for 32 bytes, 32 digits for 16. */
export function targetToHex(target: bigint, bytes: 16 | 32): string {
  return encodeHex(bigintToBytes(target, bytes));
}

/** Strict inverse of {@link targetToHex}: exact length, either case. `undefined` for anything else. */
export function targetFromHex(text: unknown, bytes: 16 | 32): bigint | undefined {
  const decoded = tryDecodeHex(text, bytes);
  return decoded === undefined ? undefined : bigintFromBytes(decoded);
}

/**
 * A block hash as the chain compares it: 32 bytes in header order, the last byte most significant.
 * @throws AditError `ADIT_BAD_BYTES` for hex text, which would be the number 0 and so meet every target
 */
export function hashValue(hash: Uint8Array): bigint {
  return bigintFromBytesLE(hash);
}

/**
 * Weight of a share whose 256-bit hash met `target`: the expected number of solutions, an integer.
 * @param target 0 to 2^256-1, inclusive bound
 */
export function weightOfTarget(target: bigint): bigint {
  checkBigint(target, 'a target');
  return (1n << 256n) / (target + 1n);
}

/**
 * Weight of a share of which at least one 128-bit half met `target` (inclusive), exactly:
 * floor(2^256 / (2 * T' * 2^128 - T'^2)) with T' = target + 1. (The square is the chance that both halves meet it, which
 * must not count twice.)
 */
export function weightOfEitherHalf(target: bigint): bigint {
  checkBigint(target, 'a target');
  const reach = target + 1n;
  return (1n << 256n) / (((2n * reach) << 128n) - reach * reach);
}

/**
 * Inverse of {@link weightOfTarget}: the easiest 256-bit target whose weight is at least `weight`.
 * @param weight expected number of solutions for a share, at most 2^256; every hash meets the target of 1 or less
 */
export function targetOfWeight(weight: bigint): bigint {
  if (typeof weight !== 'bigint') checkBigint(weight, 'a weight');
  return weight <= 1n ? MAX_TARGET_256 : (1n << 256n) / weight - 1n;
}

/**
 * Inverse of {@link weightOfEitherHalf}: the 128-bit target that gives a TrueHash share this weight. Since either half
 * may meet the target, each half has about half the chance. The weight of the target is exact up to 2^62; above, the
 * rounding of the target changes it by less than one part in 2^127 / weight.
 * @param weight expected number of hashes for a share, at most 2^127; every digest meets the target of 1 or less
 */
export function targetOfEitherHalf(weight: bigint): bigint {
  if (typeof weight !== 'bigint') checkBigint(weight, 'a weight');
  return weight <= 1n ? MAX_TARGET_128 : (1n << 127n) / weight;
}

/**
 * floor(limit / difficulty), exact for the number that the double holds, at most 2^256-1.
 *
 * @param limit the target of difficulty 1 (Zcash mainnet: 0007ff..ff)
 * @throws AditError `ADIT_BAD_DIFFICULTY` unless it is a finite number above zero
 */
export function targetFromDifficulty(limit: bigint, difficulty: number): bigint {
  checkBigint(limit, 'the target of difficulty 1');
  if (!Number.isFinite(difficulty) || difficulty <= 0) {
    throw new AditError('ADIT_BAD_DIFFICULTY', 'a difficulty must be a finite number above zero');
  }
  const { numerator, denominator } = exactFraction(difficulty);
  const target = (limit * denominator) / numerator;
  return target > MAX_TARGET_256 ? MAX_TARGET_256 : target;
}

/** Difficulty for people to read. Never used to decide anything. */
export function displayDifficulty(limit: bigint, target: bigint): number {
  checkBigint(limit, 'the target of difficulty 1');
  checkBigint(target, 'a target');
  const scale = 1_000_000n;
  return Number((limit * scale) / (target > 0n ? target : 1n)) / Number(scale);
}

/** Every finite double is an integer times a power of two. */
function exactFraction(value: number): { numerator: bigint; denominator: bigint } {
  let numerator = value;
  let denominator = 1n;
  while (!Number.isInteger(numerator)) {
    numerator *= 2;
    denominator *= 2n;
  }
  return { numerator: BigInt(numerator), denominator };
}
