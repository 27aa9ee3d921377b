import { createHash } from 'node:crypto';
import { blockHalf, fruitHalf } from '@adit/pow';
import { bigintToBytes, concatBytes } from '@adit/primitives';

/** Either half may meet a target. The node compares with <=, miners with <: whatever meets it here is accepted. */
export function meets(mix: Uint8Array, target: bigint): boolean {
  return blockHalf(mix) <= target || fruitHalf(mix) <= target;
}

/** A share is its header and nonce, whoever sends it and however it is spelled. */
export function shareDigest(headerHash: Uint8Array, nonce: bigint): Uint8Array {
  return createHash('sha256')
    .update(concatBytes(headerHash, bigintToBytes(nonce, 8)))
    .digest();
}

/** The answer to a nonce that is not a share. */
export const LOW = {
  accepted: false,
  reason: 'low_difficulty',
  detail: 'neither half of the digest meets the target of its job',
} as const;
