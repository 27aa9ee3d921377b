import { AditError, type ByteReader, compactSize, concatBytes, uint32LE } from '@adit/primitives';

interface TransparentInput {
  /** 36 bytes: transaction id and output index. */
  prevout: Uint8Array;
  scriptSig: Uint8Array;
  sequence: number;
}

export interface TransparentOutput {
  /** Zatoshi. */
  value: bigint;
  script: Uint8Array;
}

/** A transaction without shielded parts, in any of the formats in force since Sapling. */
export interface TransparentTransaction {
  version: 4 | 5 | 6;
  /** Only versions 5 and 6 carry it; 0 for version 4. */
  branchId: number;
  lockTime: number;
  expiryHeight: number;
  inputs: readonly TransparentInput[];
  outputs: readonly TransparentOutput[];
}

export const VERSION_GROUPS: Readonly<Record<4 | 5 | 6, number>> = {
  4: 0x892f2085, // ZIP 243
  5: 0x26a7270a, // ZIP 225
  6: 0xd884b698, // ZIP 229
};
const OVERWINTERED = 0x8000_0000;
/** Consensus limit of a script. It also keeps a wrong count from asking for gigabytes. */
const MAX_SCRIPT_BYTES = 10_000;

/**
 * Reads one transaction.
 * @throws AditError `ADIT_TRUNCATED`, `ADIT_BAD_COMPACT_SIZE`, `ADIT_BAD_TRANSACTION` (shielded parts included)
 */
export function readTransaction(reader: ByteReader): TransparentTransaction {
  const header = readHeader(reader);
  if (header.version === 4) {
    const inputs = readInputs(reader);
    const outputs = readOutputs(reader);
    const [lockTime, expiryHeight] = [reader.uint32LE(), reader.uint32LE()];
    if (reader.uint64LE() !== 0n) throw bad('its Sapling balance must be 0');
    expectEmpty(reader, ['Sapling spends', 'Sapling outputs', 'JoinSplits']);
    return { ...header, lockTime, expiryHeight, inputs, outputs };
  }
  const transparent = readTransparentPart(reader, header);
  const bundles = ['Sapling spends', 'Sapling outputs', 'Orchard actions'];
  expectEmpty(reader, header.version === 6 ? [...bundles, 'Ironwood actions'] : bundles);
  return transparent;
}

/** Version, group and, from version 5 on, branch. */
export function readHeader(reader: ByteReader): { version: 4 | 5 | 6; branchId: number } {
  const version = (reader.uint32LE() ^ OVERWINTERED) >>> 0;
  if (version !== 4 && version !== 5 && version !== 6) throw bad('its version must be 4, 5 or 6');
  if (reader.uint32LE() !== VERSION_GROUPS[version])
    throw bad(`its version group does not belong to version ${version}`);
  return { version, branchId: version === 4 ? 0 : reader.uint32LE() };
}

/** The part after the header of a version 5 or 6 transaction, up to the first shielded count. */
export function readTransparentPart(
  reader: ByteReader,
  header: { version: 4 | 5 | 6; branchId: number },
): TransparentTransaction {
  const [lockTime, expiryHeight] = [reader.uint32LE(), reader.uint32LE()];
  return { ...header, lockTime, expiryHeight, inputs: readInputs(reader), outputs: readOutputs(reader) };
}

/** Inverse of {@link readTransaction}. */
export function encodeTransaction(transaction: TransparentTransaction): Uint8Array {
  const { version, branchId, lockTime, expiryHeight, inputs, outputs } = transaction;
  const start = [uint32LE((OVERWINTERED | version) >>> 0), uint32LE(VERSION_GROUPS[version])];
  const body = [
    compactSize(inputs.length),
    ...inputs.flatMap((input) => [input.prevout, ...withLength(input.scriptSig), uint32LE(input.sequence)]),
    compactSize(outputs.length),
    ...outputs.map(encodeOutput),
  ];
  const times = [uint32LE(lockTime), uint32LE(expiryHeight)];
  return version === 4
    ? concatBytes(...start, ...body, ...times, new Uint8Array(8 + 3))
    : concatBytes(...start, uint32LE(branchId), ...times, ...body, new Uint8Array(version === 6 ? 4 : 3));
}

export function encodeOutput(output: TransparentOutput): Uint8Array {
  const value = new Uint8Array(8);
  new DataView(value.buffer).setBigUint64(0, output.value, true);
  return concatBytes(value, ...withLength(output.script));
}

/** Zatoshi of all outputs together. */
export function totalOf(outputs: readonly Pick<TransparentOutput, 'value'>[]): bigint {
  return outputs.reduce((sum, { value }) => sum + value, 0n);
}

/** A byte string with its length in front. */
export function withLength(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  return [compactSize(bytes.length), bytes];
}

function readInputs(reader: ByteReader): TransparentInput[] {
  return readList(reader, () => ({
    prevout: reader.bytes(36),
    scriptSig: readScript(reader),
    sequence: reader.uint32LE(),
  }));
}

function readOutputs(reader: ByteReader): TransparentOutput[] {
  return readList(reader, () => ({ value: reader.uint64LE(), script: readScript(reader) }));
}

function readList<T>(reader: ByteReader, readItem: () => T): T[] {
  const count = reader.compactSize();
  const items: T[] = [];
  // No array of `count` items is allocated up front: the count is only a claim until the bytes are there.
  for (let i = 0; i < count; i += 1) items.push(readItem());
  return items;
}

function readScript(reader: ByteReader): Uint8Array {
  const length = reader.compactSize();
  if (length > MAX_SCRIPT_BYTES) throw bad(`a script may have at most ${MAX_SCRIPT_BYTES} bytes`);
  return reader.bytes(length);
}

function expectEmpty(reader: ByteReader, parts: readonly string[]): void {
  for (const part of parts) {
    if (reader.compactSize() !== 0)
      throw bad(`it has ${part}: the devnet knows transparent transactions only`);
  }
}

function bad(why: string): AditError {
  return new AditError('ADIT_BAD_TRANSACTION', `a transaction cannot be read: ${why}`);
}
