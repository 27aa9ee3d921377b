import { AditError, ByteReader, compactSize, concatBytes, decodeHex, equalBytes } from '@adit/primitives';
import { type CoinbaseOutput, encodeOutputs, readOutputs } from './coinbase-outputs.ts';
import { MAX_COINBASE_SCRIPT } from './coinbase-script.ts';
import { blake2b256, doubleSha256, NO_AUTH_DIGEST } from './merkle.ts';
import { readBundles } from './shielded-bundles.ts';

/** A coinbase, split as far as its script and its digests require. All parts are views of its bytes. */
export interface CoinbaseParts {
  /** Everything before the length of the script. */
  readonly head: Uint8Array;
  readonly script: Uint8Array;
  readonly tail: Uint8Array;
  /** What it pays; absent where the part after the script of a version 4 coinbase cannot be read. */
  readonly payments?: CoinbasePayments;
  /** Versions 5 and 6: the digests that do not depend on the script. Absent in version 4, which has no such digests. */
  readonly fixed?: FixedDigests;
}

/** The part of a coinbase after its script, split at its outputs. */
export interface CoinbasePayments {
  /** 4 bytes. */
  readonly sequence: Uint8Array;
  readonly outputs: readonly CoinbaseOutput[];
  /** Everything after the outputs. */
  readonly rest: Uint8Array;
  /** Whether it has shielded parts. Their signatures cover the outputs (ZIP 243, ZIP 244), which must then stay. */
  readonly shielded: boolean;
}

interface FixedDigests {
  /** 4 bytes, as in the transaction. */
  readonly branchId: Uint8Array;
  /** Header order. */
  readonly txid: Uint8Array;
  /** The id's digests of header, previous outputs and sequence numbers. */
  readonly header: Uint8Array;
  readonly prevouts: Uint8Array;
  readonly sequences: Uint8Array;
  /** The id's digests of the shielded parts. */
  readonly bundles: readonly Uint8Array[];
  /** The auth digest's digests of the shielded parts, in hash order. */
  readonly auth: readonly Uint8Array[];
}

export interface CoinbaseDigests {
  /** 32 bytes, header order. */
  readonly txid: Uint8Array;
  /** 32 bytes, hash order: the leaf of the auth data tree. */
  readonly authDigest: Uint8Array;
}

/** Header and version group of the known formats: ZIP 243, 225 and 229. */
const FORMATS = [
  { version: 4, start: decodeHex('0400008085202f89') },
  { version: 5, start: decodeHex('050000800a27a726') },
  { version: 6, start: decodeHex('0600008098b684d8') },
] as const;
/** The input of a coinbase has no previous output: 32 zero bytes and the index ffffffff. */
const NULL_PREVOUT = concatBytes(new Uint8Array(32), new Uint8Array(4).fill(0xff));
/** Version 4 without shielded parts: lock time and expiry height, a balance of 8 bytes, and three counts of zero. */
const PLAIN_V4_BYTES = { times: 8, empty: 8 + 3 } as const;
const ENCODER = new TextEncoder();

/**
 * Splits a coinbase of version 4, 5 or 6. The parts after the script are read only in versions 5 and 6, whose digests
 * need them; a version 4 transaction is hashed as a whole.
 * @returns undefined for any other format, for a script that is too long, and if it cannot be read to its end
 */
export function takeCoinbaseApart(raw: Uint8Array): CoinbaseParts | undefined {
  try {
    return readCoinbase(raw);
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

/** The script of another coinbase with the same bytes before its script. A view. */
export function scriptOf({ head }: CoinbaseParts, coinbase: Uint8Array): Uint8Array {
  // Scripts of at most 100 bytes have a length of one byte.
  const start = head.length + 1;
  return coinbase.subarray(start, start + (coinbase[head.length] ?? 0));
}

/** The bytes of the coinbase with another script of at most 100 bytes. */
export function encodeCoinbase(
  { head, tail }: Pick<CoinbaseParts, 'head' | 'tail'>,
  script: Uint8Array,
): Uint8Array {
  return concatBytes(head, Uint8Array.of(script.length), script, tail);
}

/**
 * The coinbase with other outputs: its bytes and its id. Its auth digest does not cover outputs.
 * @param script at most 100 bytes
 * @returns the id in header order
 */
export function payOthers(
  parts: CoinbaseParts,
  payments: CoinbasePayments,
  script: Uint8Array,
  outputs: readonly CoinbaseOutput[],
): { readonly coinbase: Uint8Array; readonly txid: Uint8Array } {
  const encoded = encodeOutputs(outputs);
  const { sequence, rest } = payments;
  const tail = concatBytes(sequence, compactSize(outputs.length), encoded, rest);
  const coinbase = encodeCoinbase({ head: parts.head, tail }, script);
  const { fixed } = parts;
  return { coinbase, txid: fixed === undefined ? doubleSha256(coinbase) : txidOf(fixed, encoded) };
}

/**
 * The id and the auth digest of the coinbase with this script. Version 4: sha256d of all bytes. From version 5 on: the
 * trees of ZIP 244 and ZIP 229, in which only the auth digest covers the script.
 * @param raw the bytes that {@link encodeCoinbase} gives for the script
 */
export function coinbaseDigests(parts: CoinbaseParts, script: Uint8Array, raw: Uint8Array): CoinbaseDigests {
  const { fixed } = parts;
  if (fixed === undefined) return { txid: doubleSha256(raw), authDigest: NO_AUTH_DIGEST };
  const transparent = blake2b256('ZTxAuthTransHash', Uint8Array.of(script.length), script);
  return {
    txid: fixed.txid,
    authDigest: blake2b256(named('ZTxAuthHash_', fixed.branchId), transparent, ...fixed.auth),
  };
}

function readCoinbase(raw: Uint8Array): CoinbaseParts | undefined {
  const reader = new ByteReader(raw);
  const start = reader.bytes(8);
  const version = FORMATS.find((format) => equalBytes(format.start, start))?.version;
  if (version === undefined) return undefined;
  // Branch, lock time and expiry height stand before the inputs from version 5 on, and after the outputs in version 4.
  const branchId = version === 4 ? undefined : reader.bytes(12).subarray(0, 4);
  const header = raw.subarray(0, reader.offset);
  if (reader.compactSize() !== 1) return undefined;
  const prevout = reader.bytes(36);
  if (!equalBytes(prevout, NULL_PREVOUT)) return undefined;
  const head = raw.subarray(0, reader.offset);
  const length = reader.compactSize();
  if (length > MAX_COINBASE_SCRIPT) return undefined;
  const script = reader.bytes(length);
  const tail = raw.subarray(reader.offset);
  if (version === 4 || branchId === undefined) {
    const payments = readPaymentsV4(tail);
    return { head, script, tail, ...(payments === undefined ? {} : { payments }) };
  }
  const sequence = reader.bytes(4);
  const outputs = readOutputs(reader);
  const rest = raw.subarray(reader.offset);
  const bundles = readBundles(reader, version);
  if (bundles === undefined || reader.remaining !== 0) return undefined;
  const digests = {
    branchId,
    header: blake2b256('ZTxIdHeadersHash', header),
    prevouts: blake2b256('ZTxIdPrevoutHash', prevout),
    sequences: blake2b256('ZTxIdSequencHash', sequence),
    bundles: bundles.txid,
  };
  const txid = txidOf(digests, encodeOutputs(outputs));
  // Without shielded parts only their counts follow, which are zero.
  const payments = { sequence, outputs, rest, shielded: rest.some((byte) => byte !== 0) };
  return { head, script, tail, payments, fixed: { ...digests, txid, auth: bundles.auth } };
}

/** @returns undefined for bytes that are not outputs and what may follow them */
function readPaymentsV4(tail: Uint8Array): CoinbasePayments | undefined {
  try {
    const reader = new ByteReader(tail);
    const sequence = reader.bytes(4);
    const outputs = readOutputs(reader);
    const rest = tail.subarray(reader.offset);
    const { times, empty } = PLAIN_V4_BYTES;
    if (rest.length < times + empty) return undefined;
    const shielded = rest.length > times + empty || rest.subarray(times).some((byte) => byte !== 0);
    return { sequence, outputs, rest, shielded };
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

/** The id of versions 5 and 6, header order. @param outputs as serialised, without their count */
function txidOf(fixed: Omit<FixedDigests, 'txid' | 'auth'>, outputs: Uint8Array): Uint8Array {
  return blake2b256(
    named('ZcashTxHash_', fixed.branchId),
    fixed.header,
    blake2b256('ZTxIdTranspaHash', fixed.prevouts, fixed.sequences, blake2b256('ZTxIdOutputsHash', outputs)),
    ...fixed.bundles,
  );
}

/** A personalization that ends with the consensus branch. */
function named(name: string, branchId: Uint8Array): Uint8Array {
  return concatBytes(ENCODER.encode(name), branchId);
}
