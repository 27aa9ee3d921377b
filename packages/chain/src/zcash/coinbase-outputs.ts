import { type ByteReader, compactSize } from '@adit/primitives';

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
  const lengths = outputs.map(({ script }) => compactSize(script.length));
  const size = outputs.reduce((sum, { script }, i) => sum + 8 + (lengths[i]?.length ?? 0) + script.length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [i, { value, script }] of outputs.entries()) {
    const length = lengths[i] ?? new Uint8Array();
    view.setBigUint64(at, value, true);
    bytes.set(length, at + 8);
    bytes.set(script, at + 8 + length.length);
    at += 8 + length.length + script.length;
  }
  return bytes;
}

/** Zatoshi of all outputs together. */
export function totalOf(outputs: readonly Pick<CoinbaseOutput, 'value'>[]): bigint {
  return outputs.reduce((sum, { value }) => sum + value, 0n);
}
