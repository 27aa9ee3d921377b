import { blake2b256, doubleSha256, NO_AUTH_DIGEST } from '@adit/chain';
import { concatBytes, uint32LE } from '@adit/primitives';
import {
  encodeOutput,
  encodeTransaction,
  type TransparentTransaction,
  VERSION_GROUPS,
  withLength,
} from './transaction.ts';

/**
 * Transaction id, 32 bytes in header order: sha256d for version 4, the digest tree of ZIP 244 for version 5, and that
 * of ZIP 229 for version 6.
 */
export function transactionId(transaction: TransparentTransaction): Uint8Array {
  if (transaction.version === 4) return doubleSha256(encodeTransaction(transaction));
  const shielded = transaction.version === 5 ? EMPTY_V5 : EMPTY_V6;
  return combineTxid(transaction, shielded.txid);
}

/** The leaf of the authorizing-data tree, 32 bytes in hash order. */
export function authDigest(transaction: TransparentTransaction): Uint8Array {
  if (transaction.version === 4) return NO_AUTH_DIGEST;
  const shielded = transaction.version === 5 ? EMPTY_V5 : EMPTY_V6;
  return combineAuth(transaction, shielded.auth);
}

/** The root of the txid tree over this transaction's own parts and the digests of its shielded bundles. */
export function combineTxid(transaction: TransparentTransaction, bundles: readonly Uint8Array[]): Uint8Array {
  return blake2b256(
    withBranch('ZcashTxHash_', transaction.branchId),
    headerDigest(transaction),
    transparentDigest(transaction),
    ...bundles,
  );
}

/** The root of the authorizing-data tree over the same two kinds of parts. */
function combineAuth(transaction: TransparentTransaction, bundles: readonly Uint8Array[]): Uint8Array {
  return blake2b256(withBranch('ZTxAuthHash_', transaction.branchId), scriptsDigest(transaction), ...bundles);
}

export function headerDigest(transaction: TransparentTransaction): Uint8Array {
  const { version, branchId, lockTime, expiryHeight } = transaction;
  const words = [(0x8000_0000 | version) >>> 0, VERSION_GROUPS[version], branchId, lockTime, expiryHeight];
  return blake2b256('ZTxIdHeadersHash', ...words.map(uint32LE));
}

export function transparentDigest(transaction: TransparentTransaction): Uint8Array {
  const { inputs, outputs } = transaction;
  if (inputs.length === 0 && outputs.length === 0) return blake2b256('ZTxIdTranspaHash');
  return blake2b256(
    'ZTxIdTranspaHash',
    blake2b256('ZTxIdPrevoutHash', ...inputs.map((input) => input.prevout)),
    blake2b256('ZTxIdSequencHash', ...inputs.map((input) => uint32LE(input.sequence))),
    blake2b256('ZTxIdOutputsHash', ...outputs.map(encodeOutput)),
  );
}

export function scriptsDigest(transaction: TransparentTransaction): Uint8Array {
  return blake2b256(
    'ZTxAuthTransHash',
    ...transaction.inputs.flatMap((input) => withLength(input.scriptSig)),
  );
}

/** Digests of absent bundles: hashes of nothing under each personalization. ZIP 229 renamed those that it changed. */
const EMPTY_V5 = emptyBundles(
  ['ZTxIdSaplingHash', 'ZTxIdOrchardHash'],
  ['ZTxAuthSapliHash', 'ZTxAuthOrchaHash'],
);
const EMPTY_V6 = emptyBundles(
  ['ZTxIdSaplingHash', 'ZTxIdOrchardH_v6', 'ZTxIdIronwd_H_v6'],
  ['ZTxAuthSapliH_v6', 'ZTxAuthOrchaH_v6', 'ZTxAuthIrnwdH_v6'],
);

function emptyBundles(txid: readonly string[], auth: readonly string[]) {
  return { txid: txid.map((name) => blake2b256(name)), auth: auth.map((name) => blake2b256(name)) };
}

function withBranch(name: string, branchId: number): Uint8Array {
  return concatBytes(new TextEncoder().encode(name), uint32LE(branchId));
}
