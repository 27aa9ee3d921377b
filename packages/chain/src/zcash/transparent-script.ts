import { AditError, concatBytes } from '@adit/primitives';

const HASH_BYTES = 20;
/** OP_DUP OP_HASH160, push of 20 bytes; then OP_EQUALVERIFY OP_CHECKSIG. */
const P2PKH = { start: Uint8Array.of(0x76, 0xa9, HASH_BYTES), end: Uint8Array.of(0x88, 0xac) } as const;
/** OP_HASH160, push of 20 bytes; then OP_EQUAL. */
const P2SH = { start: Uint8Array.of(0xa9, HASH_BYTES), end: Uint8Array.of(0x87) } as const;
/** The kinds of scripts that a transparent address stands for. */
export type TransparentKind = 'p2pkh' | 'p2sh';

const FORMS: Readonly<Record<TransparentKind, typeof P2PKH | typeof P2SH>> = { p2pkh: P2PKH, p2sh: P2SH };

/**
 * The script that pays a transparent address.
 * @param hash 20 bytes, of a public key or of a script
 * @throws AditError `ADIT_BAD_BYTES`
 */
export function transparentScript(kind: TransparentKind, hash: Uint8Array): Uint8Array {
  if (hash.length !== HASH_BYTES)
    throw new AditError('ADIT_BAD_BYTES', `the hash of a transparent address has ${HASH_BYTES} bytes`);
  const { start, end } = FORMS[kind];
  return concatBytes(start, hash, end);
}

/** @returns undefined for a script that is not one of a transparent address */
export function transparentKindOf(script: Uint8Array): TransparentKind | undefined {
  if (isOf(script, P2PKH)) return 'p2pkh';
  return isOf(script, P2SH) ? 'p2sh' : undefined;
}

/** Compares byte by byte, without views: a coinbase may have a thousand outputs, and a tip waits for it. */
function isOf(script: Uint8Array, { start, end }: typeof P2PKH | typeof P2SH): boolean {
  const from = start.length + HASH_BYTES;
  return (
    script.length === from + end.length &&
    start.every((byte, i) => script[i] === byte) &&
    end.every((byte, i) => script[from + i] === byte)
  );
}
