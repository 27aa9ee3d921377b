/**
 * Hex, bytes, compact bits, targets and weights as exact integers, and the class of all errors.
 *
 * @module @adit/primitives
 */

export { ByteReader } from './byte-reader.ts';
export {
  bigintFromBytes,
  bigintFromBytesLE,
  bigintToBytes,
  concatBytes,
  equalBytes,
  readUint32LE,
  reverseBytes,
  startsWithBytes,
  uint32LE,
} from './bytes.ts';
export { checkBytes } from './check-bytes.ts';
export { checkBigint, checkText, checkWhole } from './check-values.ts';
export { bitsFromTarget, targetFromBits } from './compact-bits.ts';
export { compactSize } from './compact-size.ts';
export { type CsvCell, csvLine } from './csv.ts';
export type { AditErrorCode } from './error-codes.ts';
export { AditError, messageOf } from './errors.ts';
export { decodeHex, encodeHex, tryDecodeHex } from './hex.ts';
export { withDefaults } from './options.ts';
export { type FileRights, type ProcessGroups, whyNotPrivate } from './private-file.ts';
export {
  displayDifficulty,
  hashValue,
  MAX_TARGET_128,
  MAX_TARGET_256,
  targetFromDifficulty,
  targetFromHex,
  targetOfEitherHalf,
  targetOfWeight,
  targetToHex,
  weightOfEitherHalf,
  weightOfTarget,
} from './target.ts';
