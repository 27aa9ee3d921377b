import { decodeZcashHeader, ZCASH_HEADER_BYTES } from '@adit/pow';
import { AditError, ByteReader } from '@adit/primitives';
import { coinbaseDigests, takeCoinbaseApart } from './coinbase.ts';
import { type CoinbaseOutput, readOutputs } from './coinbase-outputs.ts';
import { doubleSha256 } from './merkle.ts';
import { readBundles, receivedBy } from './shielded-bundles.ts';

/** What a block says about the coins that it made. */
export interface MinedCoinbase {
  /** Hash of the block, header order. */
  readonly blockHash: Uint8Array;
  /** Of the header, header order. */
  readonly merkleRoot: Uint8Array;
  /** Id of the coinbase, header order. */
  readonly txid: Uint8Array;
  readonly outputs: readonly CoinbaseOutput[];
  /** Zatoshi that the coinbase pays into shielded pools. */
  readonly shielded: bigint;
}

/** Of version 4: commitment 32, note commitment 32, ephemeral key 32, note 580, outgoing 80, proof 192 (ZIP 243). */
const OUTPUT_V4_BYTES = 948;
const SIGNATURE_BYTES = 64;

/**
 * Reads the coinbase of a serialised block: versions 4 (ZIP 243), 5 (ZIP 225) and 6 (ZIP 229).
 * @returns undefined for bytes that are not such a block
 */
export function readMinedCoinbase(block: Uint8Array): MinedCoinbase | undefined {
  try {
    return read(block);
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

function read(block: Uint8Array): MinedCoinbase | undefined {
  const reader = new ByteReader(block);
  const header = reader.bytes(ZCASH_HEADER_BYTES);
  reader.bytes(reader.compactSize());
  const blockHash = doubleSha256(block.subarray(0, reader.offset));
  if (reader.compactSize() < 1) return undefined;
  const start = reader.offset;
  const version = reader.bytes(4)[0];
  reader.bytes(4);
  // Branch, lock time and expiry height stand before the inputs from version 5 on.
  if (version === 5 || version === 6) reader.bytes(12);
  else if (version !== 4) return undefined;
  if (reader.compactSize() !== 1) return undefined;
  reader.bytes(36);
  reader.bytes(reader.compactSize());
  reader.bytes(4);
  const outputs = readOutputs(reader);
  const shielded = version === 4 ? readShieldedV4(reader) : readBundles(reader, version)?.received;
  if (shielded === undefined) return undefined;
  const raw = block.subarray(start, reader.offset);
  const parts = takeCoinbaseApart(raw);
  if (parts === undefined) return undefined;
  const { txid } = coinbaseDigests(parts, parts.script, raw);
  const { merkleRoot } = decodeZcashHeader(header);
  return { blockHash, merkleRoot, txid, outputs, shielded };
}

/** The rest of a transaction of version 4. @returns undefined for spends and joinsplits, which a coinbase cannot have */
function readShieldedV4(reader: ByteReader): bigint | undefined {
  reader.bytes(8);
  const valueBalance = reader.bytes(8);
  if (reader.compactSize() !== 0) return undefined;
  const outputs = reader.compactSize();
  reader.bytes(outputs * OUTPUT_V4_BYTES);
  if (reader.compactSize() !== 0) return undefined;
  if (outputs > 0) reader.bytes(SIGNATURE_BYTES);
  return receivedBy(valueBalance);
}
