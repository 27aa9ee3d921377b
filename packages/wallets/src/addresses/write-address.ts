import { AditError, concatBytes, tryDecodeHex } from '@adit/primitives';
import { sha256 } from '@noble/hashes/sha2.js';
import { base58, bech32, bech32m } from '@scure/base';
import { ZCASH_PREFIXES, type ZcashNetwork } from './networks.ts';
import { RECEIVER_KINDS, type Receiver, type ReceiverKind } from './receivers.ts';
import { writeUnified } from './unified.ts';

/**
 * Writes the address of one receiver. An Orchard receiver becomes a unified address with nothing else in it.
 * @throws AditError `ADIT_BAD_PAYEE` where the network has no such addresses
 */
export function writeAddress({ kind, raw }: Receiver, network: ZcashNetwork): string {
  const { p2pkh, p2sh, sapling } = ZCASH_PREFIXES[network];
  switch (kind) {
    case 'p2pkh':
      return base58Check(p2pkh, raw);
    case 'p2sh':
      return base58Check(p2sh, raw);
    case 'sapling':
      return bech32.encode(sapling, bech32.toWords(raw), false);
    case 'orchard':
      return writeUnifiedAddress([{ kind, raw }], network);
  }
}

/**
 * Writes a unified address of several receivers.
 * @param receivers each kind once, at least one of them shielded
 * @throws AditError `ADIT_BAD_PAYEE` where the network has no unified addresses
 */
export function writeUnifiedAddress(receivers: readonly Receiver[], network: ZcashNetwork): string {
  return writeUnified(hrpOf('unified', network), receivers);
}

/** Writes the TEX address of a public key hash (ZIP 320). @throws AditError `ADIT_BAD_PAYEE` */
export function writeTexAddress(hash: Uint8Array, network: ZcashNetwork): string {
  return bech32m.encode(hrpOf('tex', network), bech32m.toWords(hash), false);
}

/**
 * Reads a receiver's key back.
 * @throws AditError `ADIT_BAD_PAYEE` for a text that is not such a key
 */
export function receiverFromKey(key: string): Receiver {
  const [kind = '', hex = ''] = key.split(':');
  const length = Object.hasOwn(RECEIVER_KINDS, kind) ? RECEIVER_KINDS[kind as ReceiverKind].bytes : 0;
  const raw = tryDecodeHex(hex, length);
  if (raw === undefined || length === 0)
    throw new AditError('ADIT_BAD_PAYEE', 'a receiver is written as its kind, a colon, and its bytes in hex');
  return { kind: kind as ReceiverKind, raw };
}

function hrpOf(form: 'unified' | 'tex', network: ZcashNetwork): string {
  const { [form]: hrp, title } = ZCASH_PREFIXES[network];
  if (hrp === '') throw new AditError('ADIT_BAD_PAYEE', `${title} has no ${form} addresses`);
  return hrp;
}

function base58Check(prefix: readonly number[], raw: Uint8Array): string {
  const body = concatBytes(Uint8Array.from(prefix), raw);
  return base58.encode(concatBytes(body, sha256(sha256(body)).subarray(0, 4)));
}
