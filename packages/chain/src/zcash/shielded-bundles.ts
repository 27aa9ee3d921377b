import { type ByteReader, bigintFromBytesLE } from '@adit/primitives';
import { blake2b256 } from './merkle.ts';

/** Digests of a transaction's shielded parts, in the order in which its id and its auth digest take them. */
export interface BundleDigests {
  readonly txid: readonly Uint8Array[];
  readonly auth: readonly Uint8Array[];
  /** What flows into the shielded parts, in zatoshi: the sum of their value balances with the other sign. */
  readonly received: bigint;
}

interface Bundle {
  readonly txid: Uint8Array;
  readonly auth: Uint8Array;
  readonly received: bigint;
}

/** The personalizations of the parts' hashes, 16 characters each. */
interface ActionNames {
  readonly txid: string;
  readonly compact: string;
  readonly memos: string;
  readonly rest: string;
  readonly auth: string;
  /** The digest that the anchors belong to: ZIP 229 moved them from the id to the auth digest. */
  readonly anchorIn: 'txid' | 'auth';
}

const ORCHARD_ACTIONS = {
  compact: 'ZTxIdOrcActCHash',
  memos: 'ZTxIdOrcActMHash',
  rest: 'ZTxIdOrcActNHash',
} as const;
const ORCHARD_V5: ActionNames = {
  ...ORCHARD_ACTIONS,
  txid: 'ZTxIdOrchardHash',
  auth: 'ZTxAuthOrchaHash',
  anchorIn: 'txid',
};
const ORCHARD_V6: ActionNames = {
  ...ORCHARD_ACTIONS,
  txid: 'ZTxIdOrchardH_v6',
  auth: 'ZTxAuthOrchaH_v6',
  anchorIn: 'auth',
};
const IRONWOOD: ActionNames = {
  txid: 'ZTxIdIronwd_H_v6',
  compact: 'ZTxIdIrnActCH_v6',
  memos: 'ZTxIdIrnActMH_v6',
  rest: 'ZTxIdIrnActNH_v6',
  auth: 'ZTxAuthIrnwdH_v6',
  anchorIn: 'auth',
};

const ACTION_BYTES = 820;
const OUTPUT_BYTES = 756;
const OUTPUT_PROOF_BYTES = 192;
const SIGNATURE_BYTES = 64;

/**
 * Reads the shielded parts of a version 5 (ZIP 225, 244) or version 6 transaction (ZIP 229), from the first count on,
 * and hashes them. An empty part is a hash of nothing under its personalization.
 * @returns undefined if there are Sapling spends, which a coinbase cannot have
 * @throws AditError `ADIT_TRUNCATED`, `ADIT_BAD_COMPACT_SIZE`
 */
export function readBundles(reader: ByteReader, version: 5 | 6): BundleDigests | undefined {
  if (reader.compactSize() !== 0) return undefined;
  const sapling = readSaplingOutputs(reader, version === 5 ? 'ZTxAuthSapliHash' : 'ZTxAuthSapliH_v6');
  const actions = version === 5 ? [ORCHARD_V5] : [ORCHARD_V6, IRONWOOD];
  const bundles = [sapling, ...actions.map((names) => readActions(reader, names))];
  return {
    txid: bundles.map(({ txid }) => txid),
    auth: bundles.map(({ auth }) => auth),
    received: bundles.reduce((sum, { received }) => sum + received, 0n),
  };
}

/** A Sapling output: value commitment 32, note commitment 32, ephemeral key 32, note 580, outgoing 80. */
function readSaplingOutputs(reader: ByteReader, authName: string): Bundle {
  const count = reader.compactSize();
  if (count === 0) return { txid: blake2b256('ZTxIdSaplingHash'), auth: blake2b256(authName), received: 0n };
  const outputs = split(reader.bytes(count * OUTPUT_BYTES), OUTPUT_BYTES);
  const balance = reader.bytes(8);
  const proofs = reader.bytes(count * OUTPUT_PROOF_BYTES);
  const bindingSignature = reader.bytes(SIGNATURE_BYTES);
  const outputsDigest = blake2b256(
    'ZTxIdSOutputHash',
    blake2b256('ZTxIdSOutC__Hash', ...outputs.map((output) => output.subarray(32, 148))),
    blake2b256('ZTxIdSOutM__Hash', ...outputs.map((output) => output.subarray(148, 660))),
    blake2b256('ZTxIdSOutN__Hash', ...outputs.flatMap((o) => [o.subarray(0, 32), o.subarray(660)])),
  );
  return {
    txid: blake2b256('ZTxIdSaplingHash', blake2b256('ZTxIdSSpendsHash'), outputsDigest, balance),
    auth: blake2b256(authName, proofs, bindingSignature),
    received: receivedBy(balance),
  };
}

/** An action: value commitment, nullifier, key, note commitment, ephemeral key (32 each), note 580, outgoing 80. */
function readActions(reader: ByteReader, names: ActionNames): Bundle {
  const count = reader.compactSize();
  if (count === 0) return { txid: blake2b256(names.txid), auth: blake2b256(names.auth), received: 0n };
  const actions = split(reader.bytes(count * ACTION_BYTES), ACTION_BYTES);
  const flagsAndBalance = reader.bytes(1 + 8);
  const anchor = reader.bytes(32);
  const proofs = reader.bytes(reader.compactSize());
  const signatures = reader.bytes(count * SIGNATURE_BYTES);
  const bindingSignature = reader.bytes(SIGNATURE_BYTES);
  const txidAnchor = names.anchorIn === 'txid' ? [anchor] : [];
  const authAnchor = names.anchorIn === 'auth' ? [anchor] : [];
  return {
    txid: blake2b256(
      names.txid,
      blake2b256(names.compact, ...actions.flatMap((a) => [a.subarray(32, 64), a.subarray(96, 212)])),
      blake2b256(names.memos, ...actions.map((a) => a.subarray(212, 724))),
      blake2b256(
        names.rest,
        ...actions.flatMap((a) => [a.subarray(0, 32), a.subarray(64, 96), a.subarray(724)]),
      ),
      flagsAndBalance,
      ...txidAnchor,
    ),
    auth: blake2b256(names.auth, proofs, signatures, bindingSignature, ...authAnchor),
    received: receivedBy(flagsAndBalance.subarray(1)),
  };
}

/** What a value balance says: it counts what leaves the pool, as a signed integer of 8 bytes, little-endian. */
export function receivedBy(valueBalance: Uint8Array): bigint {
  return -BigInt.asIntN(64, bigintFromBytesLE(valueBalance));
}

function split(bytes: Uint8Array, size: number): Uint8Array[] {
  return Array.from({ length: bytes.length / size }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
}
