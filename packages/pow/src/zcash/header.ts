import {
  AditError,
  ByteReader,
  checkBytes,
  compactSize,
  concatBytes,
  startsWithBytes,
} from '@adit/primitives';
import { sha256d } from '../hash/sha256d.ts';

/** A block header up to and including the nonce. Hashes are in header byte order, in which they are hashed. */
export interface ZcashHeader {
  readonly version: number;
  readonly prevHash: Uint8Array;
  readonly merkleRoot: Uint8Array;
  /** The field that network upgrades gave three meanings; a pool only forwards it. */
  readonly reserved: Uint8Array;
  /** Seconds since 1970. */
  readonly time: number;
  readonly bits: number;
  readonly nonce: Uint8Array;
}

/** Version 4, three hashes of 32, time 4, bits 4, nonce 32. */
export const ZCASH_HEADER_BYTES = 140;

/** @returns 140 bytes @throws AditError `ADIT_BAD_HEADER` for a field of a wrong length or range */
export function encodeZcashHeader(header: ZcashHeader): Uint8Array {
  // A pool encodes a header for each share, so it is written in place: arrays for the fields would take twice as long.
  const bytes = new Uint8Array(ZCASH_HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, uint32('version', header.version), true);
  bytes.set(bytes32('prevHash', header.prevHash), 4);
  bytes.set(bytes32('merkleRoot', header.merkleRoot), 36);
  bytes.set(bytes32('reserved', header.reserved), 68);
  view.setUint32(100, uint32('time', header.time), true);
  view.setUint32(104, uint32('bits', header.bits), true);
  bytes.set(bytes32('nonce', header.nonce), 108);
  return bytes;
}

/** Inverse of {@link encodeZcashHeader}; the fields are copies. @throws AditError `ADIT_BAD_HEADER` unless 140 bytes */
export function decodeZcashHeader(bytes: Uint8Array): ZcashHeader {
  checkLength(bytes);
  const reader = new ByteReader(bytes.slice());
  return {
    version: reader.uint32LE(),
    prevHash: reader.bytes(32),
    merkleRoot: reader.bytes(32),
    reserved: reader.bytes(32),
    time: reader.uint32LE(),
    bits: reader.uint32LE(),
    nonce: reader.bytes(32),
  };
}

/**
 * Hashes a block.
 *
 * @param header140 140 bytes, the nonce included
 * @param prefixedSolution the solution with its compactSize prefix, which is hashed too: `concatBytes(sizes.prefix,
 *   solution)`. Verifier, solver and sessions have solutions without it
 * @returns 32 bytes in header order (explorers print it reversed)
 * @throws AditError `ADIT_BAD_HEADER` unless the header is 140 bytes, `ADIT_BAD_SOLUTION` without the shortest prefix of
 *   the length: another prefix, or none, would give another hash
 */
export function zcashBlockHash(header140: Uint8Array, prefixedSolution: Uint8Array): Uint8Array {
  checkLength(header140);
  checkPrefix(prefixedSolution);
  return sha256d(concatBytes(header140, prefixedSolution));
}

/** The number of bytes that a prefix takes, by its first byte. */
const PREFIX_BYTES: Readonly<Record<number, number>> = { 253: 3, 254: 5 };

function checkPrefix(prefixed: Uint8Array): void {
  checkBytes(prefixed, 'the solution');
  const rest = prefixed.length - (PREFIX_BYTES[prefixed[0] ?? 0] ?? 1);
  if (rest >= 0 && startsWithBytes(prefixed, compactSize(rest))) return;
  throw new AditError(
    'ADIT_BAD_SOLUTION',
    `the solution of ${prefixed.length} bytes must begin with its length: put \`sizes.prefix\` before it`,
  );
}

function checkLength(header: Uint8Array): void {
  checkBytes(header, 'the header');
  if (header.length === ZCASH_HEADER_BYTES) return;
  throw new AditError('ADIT_BAD_HEADER', `a header is ${ZCASH_HEADER_BYTES} bytes, not ${header.length}`);
}

function bytes32(field: string, value: Uint8Array): Uint8Array {
  checkBytes(value, field);
  if (value.length === 32) return value;
  throw new AditError('ADIT_BAD_HEADER', `${field} must be 32 bytes, not ${value.length}`);
}

function uint32(field: string, value: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value;
  throw new AditError('ADIT_BAD_HEADER', `${field} must be an integer from 0 to 2^32-1, not ${value}`);
}
