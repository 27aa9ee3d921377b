import { type ByteReader, compactSize, concatBytes } from '@adit/primitives';

/** A transparent output of a coinbase. */
export interface CoinbaseOutput {
  /** Zatoshi. */
  readonly value: bigint;
  readonly script: Uint8Array;
}

/**
 * Reads a count, and as many outputs. Scripts are views of the bytes.
 * @throws AditError `ADIT_TRUNCATED`, `ADIT_BAD_COMPACT_SIZE`
 */
export function readOutputs(reader: ByteReader): readonly CoinbaseOutput[] {
  const outputs: CoinbaseOutput[] = [];
  // The array grows with the bytes: the count is only a claim until they are there.
  for (let left = reader.compactSize(); left > 0; left -= 1) {
    const value = reader.uint64LE();
    outputs.push({ value, script: reader.bytes(reader.compactSize()) });
  }
  return outputs;
}

/** The outputs as serialised, without their count. */
export function encodeOutputs(outputs: readonly CoinbaseOutput[]): Uint8Array {
  return concatBytes(
    ...outputs.flatMap(({ value, script }) => [encodeValue(value), compactSize(script.length), script]),
  );
}

/** Zatoshi of all outputs together. */
export function totalOf(outputs: readonly Pick<CoinbaseOutput, 'value'>[]): bigint {
  return outputs.reduce((sum, { value }) => sum + value, 0n);
}

function encodeValue(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}
