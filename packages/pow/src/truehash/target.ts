import { AditError, bigintFromBytes, checkBytes, MAX_TARGET_128 } from '@adit/primitives';

/**
 * The target of a difficulty: floor(2^128 / difficulty), at most 2^128-1, the most that fits the 16 bytes on the wire.
 * @throws AditError `ADIT_BAD_DIFFICULTY` unless the difficulty is above zero
 */
export function trueTargetFromDifficulty(difficulty: bigint): bigint {
  if (typeof difficulty !== 'bigint')
    throw new AditError('ADIT_BAD_DIFFICULTY', `a difficulty must be a bigint, not ${typeof difficulty}`);
  if (difficulty <= 0n) throw new AditError('ADIT_BAD_DIFFICULTY', 'a difficulty must be above zero');
  const target = (1n << 128n) / difficulty;
  return target > MAX_TARGET_128 ? MAX_TARGET_128 : target;
}

/** @returns bytes 0 to 15 of a digest, big-endian: the half for the block target */
export function blockHalf(digest: Uint8Array): bigint {
  return half(digest, 0);
}

/** @returns bytes 16 to 31 of a digest, big-endian: the half for the fruit target */
export function fruitHalf(digest: Uint8Array): bigint {
  return half(digest, 16);
}

function half(digest: Uint8Array, start: number): bigint {
  checkBytes(digest, 'the digest');
  if (digest.length !== 32) {
    throw new AditError('ADIT_BAD_TRUEHASH_INPUT', `a digest is 32 bytes, not ${digest.length}`);
  }
  return bigintFromBytes(digest.subarray(start, start + 16));
}
