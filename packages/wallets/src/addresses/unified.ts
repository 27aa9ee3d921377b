import { AditError, ByteReader, compactSize, concatBytes } from '@adit/primitives';
import { bech32m } from '@scure/base';
import { f4jumble, f4jumbleInverse } from './f4jumble.ts';
import { RECEIVER_KINDS, type Receiver, type ReceiverKind } from './receivers.ts';

/** Zero bytes behind the human-readable part, which fill it up to this length. */
const PADDING_BYTES = 16;
/** F4Jumble is defined from here on. */
const LEAST_BYTES = 48;
/** Codes of items that a reader must understand, or refuse the address. */
const FIRST_REQUIRED = 0xe0;
const LAST_REQUIRED = 0xfc;
/** Largest type code of ZIP 316. */
const LAST_CODE = 0x0200_0000;
const IS_SHIELDED: Readonly<Record<ReceiverKind, boolean>> = {
  p2pkh: false,
  p2sh: false,
  sapling: true,
  orchard: true,
};

/**
 * Reads the items of a unified address, revision 0 (ZIP 316). Items of unknown types are skipped.
 * @param payload bytes of the bech32m text
 * @returns undefined if they are not those of a unified address under that human-readable part
 */
export function readUnified(hrp: string, payload: Uint8Array): readonly Receiver[] | undefined {
  if (payload.length < LEAST_BYTES) return undefined;
  const message = f4jumbleInverse(payload);
  const padding = message.subarray(message.length - PADDING_BYTES);
  if (!paddingOf(hrp).every((byte, i) => byte === padding[i])) return undefined;
  try {
    return readItems(new ByteReader(message.subarray(0, message.length - PADDING_BYTES)));
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

/** Writes a unified address. @param receivers each kind once */
export function writeUnified(hrp: string, receivers: readonly Receiver[]): string {
  const items = [...receivers].sort((a, b) => RECEIVER_KINDS[a.kind].code - RECEIVER_KINDS[b.kind].code);
  const parts = items.flatMap(({ kind, raw }) => [
    compactSize(RECEIVER_KINDS[kind].code),
    compactSize(raw.length),
    raw,
  ]);
  const message = concatBytes(...parts, paddingOf(hrp));
  return bech32m.encode(hrp, bech32m.toWords(f4jumble(message)), false);
}

function readItems(reader: ByteReader): readonly Receiver[] | undefined {
  const receivers: Receiver[] = [];
  let last = -1;
  let shielded = false;
  while (reader.remaining > 0) {
    const code = reader.compactSize();
    const raw = reader.bytes(reader.compactSize());
    // Each type stands once, in ascending order; P2PKH and P2SH exclude each other.
    if (code <= last || code > LAST_CODE || (code === 1 && last === 0)) return undefined;
    last = code;
    if (code >= FIRST_REQUIRED && code <= LAST_REQUIRED) return undefined;
    const kind = KIND_OF_CODE.get(code);
    // An unknown item may be shielded, and addresses with transparent receivers alone are not unified ones.
    shielded ||= kind === undefined || IS_SHIELDED[kind];
    if (kind === undefined) continue;
    if (raw.length !== RECEIVER_KINDS[kind].bytes) return undefined;
    receivers.push({ kind, raw });
  }
  return shielded ? receivers : undefined;
}

const KIND_OF_CODE: ReadonlyMap<number, ReceiverKind> = new Map(
  (Object.keys(RECEIVER_KINDS) as ReceiverKind[]).map((kind) => [RECEIVER_KINDS[kind].code, kind]),
);

function paddingOf(hrp: string): Uint8Array {
  const padding = new Uint8Array(PADDING_BYTES);
  padding.set(new TextEncoder().encode(hrp));
  return padding;
}
