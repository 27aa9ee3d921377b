import { createHash } from 'node:crypto';
import { bigintFromBytes, concatBytes } from '@adit/primitives';

/** Bytes that the miner chooses. With three bytes of nonce1, one connection has four thousand million of them. */
export const NONCE2_BYTES = 4;
export const WORK_ID_BYTES = 32;

/** What a share is known by: the hash of its work's id and of both parts of its nonce. 32 bytes. */
export function toyDigest(workId: Uint8Array, nonce1: Uint8Array, nonce2: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(concatBytes(workId, nonce1, nonce2))
    .digest();
}

/** The number that must not exceed a target: the digest, first byte most significant. */
export function toyValue(digest: Uint8Array): bigint {
  return bigintFromBytes(digest);
}
