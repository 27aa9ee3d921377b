import { hash } from 'node:crypto';
import { concatBytes } from '@adit/primitives';
import { blake2b } from '@noble/hashes/blake2.js';

const ENCODER = new TextEncoder();

/** SHA-256 twice. 32 bytes, in header order when it is a transaction id or a block hash. */
export function doubleSha256(bytes: Uint8Array): Uint8Array {
  // One call each: it takes half the time of a hash that is updated, and a new tip needs ten for each address that mines.
  const digest = hash('sha256', hash('sha256', bytes, 'buffer'), 'buffer');
  // Return a plain Uint8Array: slice() of a Buffer shares its memory, so reversing such "a copy" reverses the original.
  return new Uint8Array(digest);
}

/** BLAKE2b-256 with a personalization. @param personalization 16 bytes, or 16 ASCII characters */
export function blake2b256(
  personalization: string | Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const hasher = blake2b.create({
    dkLen: 32,
    personalization: typeof personalization === 'string' ? ENCODER.encode(personalization) : personalization,
  });
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}

type Join = (left: Uint8Array, right: Uint8Array) => Uint8Array;

const joinTransactions: Join = (left, right) => doubleSha256(concatBytes(left, right));
const joinAuthDigests: Join = (left, right) => blake2b256('ZcashAuthDatHash', left, right);

/**
 * Root of the transaction ids, as in Bitcoin: the last node of an odd level is paired with itself.
 * @param txids 32 bytes each, header order, the coinbase first; at least one
 * @returns 32 bytes, header order
 */
export function transactionMerkleRoot(txids: readonly Uint8Array[]): Uint8Array {
  return foldPairs(txids, joinTransactions);
}

/**
 * The hashes that the coinbase is joined with, level by level, up to the root. With them, a changed coinbase needs none
 * of the other ids.
 * @param others ids of the other transactions, header order
 */
export function transactionPath(others: readonly Uint8Array[]): readonly Uint8Array[] {
  return pathOfFirst(others, joinTransactions);
}

/** The root over a coinbase's id and {@link transactionPath}: one double hash per level. */
export function rootOfTransactionPath(coinbaseTxid: Uint8Array, path: readonly Uint8Array[]): Uint8Array {
  return path.reduce(joinTransactions, coinbaseTxid);
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
  return foldPairs(leaves, joinAuthDigests);
}

/**
 * Like {@link transactionPath}, for the auth data tree.
 * @param others digests of the other transactions, hash order
 */
export function authDataPath(others: readonly Uint8Array[]): readonly Uint8Array[] {
  const leaves = others.slice();
  while ((leaves.length & (leaves.length + 1)) !== 0) leaves.push(new Uint8Array(32));
  return pathOfFirst(leaves, joinAuthDigests);
}

/** The root over a coinbase's auth digest and {@link authDataPath}: one hash per level. */
export function rootOfAuthDataPath(coinbaseDigest: Uint8Array, path: readonly Uint8Array[]): Uint8Array {
  return path.reduce(joinAuthDigests, coinbaseDigest);
}

/**
 * hashBlockCommitments of ZIP 244: the value of the header's reserved field from NU5 on.
 * @param chainHistoryRoot 32 bytes, hash order
 * @param authDataRootOfBlock 32 bytes, hash order
 */
export function blockCommitments(chainHistoryRoot: Uint8Array, authDataRootOfBlock: Uint8Array): Uint8Array {
  return blake2b256('ZcashBlockCommit', chainHistoryRoot, authDataRootOfBlock, new Uint8Array(32));
}

/**
 * The right siblings of the leftmost path, from the leaves to below the root.
 * @param others all leaves but the first
 */
function pathOfFirst(others: readonly Uint8Array[], join: Join): readonly Uint8Array[] {
  const path: Uint8Array[] = [];
  let [sibling, ...level] = others;
  while (sibling !== undefined) {
    path.push(sibling);
    const next: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const left = level[i] ?? sibling;
      next.push(join(left, level[i + 1] ?? left));
    }
    [sibling, ...level] = next;
  }
  return path;
}

function foldPairs(leaves: readonly Uint8Array[], join: Join): Uint8Array {
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
