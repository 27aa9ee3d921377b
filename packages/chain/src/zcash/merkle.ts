import { createHash } from 'node:crypto';
import { concatBytes } from '@adit/primitives';
import { blake2b } from '@noble/hashes/blake2.js';

const ENCODER = new TextEncoder();

/** SHA-256 twice. 32 bytes, in header order when it is a transaction id or a block hash. */
export function doubleSha256(bytes: Uint8Array): Uint8Array {
  const digest = createHash('sha256').update(createHash('sha256').update(bytes).digest()).digest();
  // Not a Buffer: its slice() shares memory, and so reversing "a copy" of it would reverse the original.
  return new Uint8Array(digest);
}

/** BLAKE2b-256 with a personalization. @param personalization 16 bytes, or 16 ASCII characters */
export function blake2b256(
  personalization: string | Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const hash = blake2b.create({
    dkLen: 32,
    personalization: typeof personalization === 'string' ? ENCODER.encode(personalization) : personalization,
  });
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/**
 * Root of the transaction ids, as in Bitcoin: the last node of an odd level is paired with itself.
 * @param txids 32 bytes each, header order, the coinbase first; at least one
 * @returns 32 bytes, header order
 */
export function transactionMerkleRoot(txids: readonly Uint8Array[]): Uint8Array {
  return foldPairs(txids, (left, right) => doubleSha256(concatBytes(left, right)));
}

/** The leaf of transactions before version 5, which have no authorizing-data digest (ZIP 244). */
export const NO_AUTH_DIGEST: Uint8Array = new Uint8Array(32).fill(0xff);

/**
 * hashAuthDataRoot of ZIP 244: leaves padded with zeros to a power of two.
 * @param digests 32 bytes each in hash order (not display order), in the order of the transactions
 */
export function authDataRoot(digests: readonly Uint8Array[]): Uint8Array {
  const leaves = digests.slice();
  while ((leaves.length & (leaves.length - 1)) !== 0) leaves.push(new Uint8Array(32));
  return foldPairs(leaves, (left, right) => blake2b256('ZcashAuthDatHash', left, right));
}

/**
 * hashBlockCommitments of ZIP 244: what the header's reserved slot holds from NU5 on.
 * @param chainHistoryRoot 32 bytes, hash order
 * @param authDataRootOfBlock 32 bytes, hash order
 */
export function blockCommitments(chainHistoryRoot: Uint8Array, authDataRootOfBlock: Uint8Array): Uint8Array {
  return blake2b256('ZcashBlockCommit', chainHistoryRoot, authDataRootOfBlock, new Uint8Array(32));
}

function foldPairs(
  leaves: readonly Uint8Array[],
  join: (left: Uint8Array, right: Uint8Array) => Uint8Array,
): Uint8Array {
  let level = leaves;
  while (level.length > 1) {
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] ?? new Uint8Array(32);
      next.push(join(left, level[i + 1] ?? left));
    }
    level = next;
  }
  return level[0] ?? new Uint8Array(32);
}
