import { hash } from 'node:crypto';
import { blockHalf, fruitHalf } from '@adit/pow';
import { bigintToBytes, concatBytes } from '@adit/primitives';

/** Whether either half meets a target. The comparison is the node's (<=), so it accepts all that miners find (<). */
export function meets(mix: Uint8Array, target: bigint): boolean {
  return blockHalf(mix) <= target || fruitHalf(mix) <= target;
}

/** The digest by which a share is known: of its header and nonce alone, so neither sender nor spelling makes it new. */
export function shareDigest(headerHash: Uint8Array, nonce: bigint): Uint8Array {
  // As characters first: `hash` takes longer to make a buffer than the hash takes.
  return Buffer.from(hash('sha256', concatBytes(headerHash, bigintToBytes(nonce, 8)), 'binary'), 'binary');
}

/** The answer to a nonce that is not a share. */
export const LOW = {
  accepted: false,
  reason: 'low_difficulty',
  detail: 'neither half of the digest meets the target of its job',
} as const;
