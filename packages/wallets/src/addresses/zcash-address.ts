import { equalBytes } from '@adit/primitives';
import { sha256 } from '@noble/hashes/sha2.js';
import { base58, bech32, bech32m } from '@scure/base';
import { AddressFault, commonFault } from './address-fault.ts';
import { ZCASH_PREFIXES, type ZcashNetwork, type ZcashPrefixes } from './networks.ts';
import { RECEIVER_KINDS, type Receiver } from './receivers.ts';
import { readUnified } from './unified.ts';

/** An address of the Zcash family, decoded. */
export interface ZcashAddress {
  /** TEX leads to a public key hash, and takes transparent money only (ZIP 320). */
  readonly form: 'transparent' | 'tex' | 'sapling' | 'unified';
  /** All receivers that are known, best or not; at least one. */
  readonly receivers: readonly Receiver[];
  /** The address as wallets are given it: bech32 in small letters. */
  readonly text: string;
}

type Bech32Form = 'sapling' | 'unified' | 'unifiedRevision1' | 'tex';
type Base58Form = 'p2pkh' | 'p2sh' | 'sprout';

const BECH32_FORMS: readonly Bech32Form[] = ['sapling', 'unified', 'unifiedRevision1', 'tex'];
const BASE58_FORMS: readonly Base58Form[] = ['p2pkh', 'p2sh', 'sprout'];
const NETWORKS = Object.keys(ZCASH_PREFIXES) as ZcashNetwork[];
/** The longest base58 form, Sprout's, has 95. Decoding takes time by the square of the length. */
const MOST_BASE58_CHARACTERS = 128;
/** A text that is shorter when decoded is no mistyped address: it is a name, or something else. */
const LEAST_BASE58_BYTES = 24;
const CHECKSUM_BYTES = 4;

/** Reads an address of a network of the Zcash family. */
export function readZcashAddress(address: string, network: ZcashNetwork): ZcashAddress | AddressFault {
  const fault = commonFault(address);
  if (fault !== undefined) return fault;
  const small = address.toLowerCase();
  const hrp = small.slice(0, Math.max(0, small.lastIndexOf('1')));
  const isBech32 = NETWORKS.some((name) =>
    BECH32_FORMS.some((form) => hrp !== '' && ZCASH_PREFIXES[name][form] === hrp),
  );
  if (!isBech32) return readBase58(address, network);
  if (address !== small && address !== address.toUpperCase())
    return new AddressFault(
      'mixed_case',
      'the address mixes small and capital letters: write it in small ones',
    );
  return readBech32(small, hrp, network);
}

function readBech32(text: string, hrp: string, network: ZcashNetwork): ZcashAddress | AddressFault {
  const prefixes = ZCASH_PREFIXES[network];
  const form = BECH32_FORMS.find((candidate) => prefixes[candidate] === hrp);
  if (form === undefined) return foreign(network, (other) => BECH32_FORMS.some((one) => other[one] === hrp));
  if (form === 'unifiedRevision1')
    return new AddressFault(
      'unified_revision',
      'unified addresses of revision 1 may expire, and wallets cannot pay them yet: give one that begins with u1',
    );
  const coder = form === 'sapling' ? bech32 : bech32m;
  const decoded = coder.decodeUnsafe(text, false);
  if (decoded === undefined) return badChecksum();
  const payload = coder.fromWordsUnsafe(decoded.words);
  // Bits behind the last byte that are not zero: two texts would have one meaning.
  if (!(payload instanceof Uint8Array)) return badContents();
  switch (form) {
    case 'sapling':
      return known('sapling', [{ kind: 'sapling', raw: payload }], text);
    case 'tex':
      return known('tex', [{ kind: 'p2pkh', raw: payload }], text);
    case 'unified': {
      const receivers = readUnified(hrp, payload);
      return receivers === undefined ? badContents() : known('unified', receivers, text);
    }
  }
}

function readBase58(text: string, network: ZcashNetwork): ZcashAddress | AddressFault {
  const payload = text.length > MOST_BASE58_CHARACTERS ? undefined : base58Bytes(text);
  if (payload === undefined || payload.length < LEAST_BASE58_BYTES)
    return new AddressFault('unknown_form', `this is not an address of ${ZCASH_PREFIXES[network].title}`);
  const body = payload.subarray(0, -CHECKSUM_BYTES);
  if (!equalBytes(sha256(sha256(body)).subarray(0, CHECKSUM_BYTES), payload.subarray(-CHECKSUM_BYTES)))
    return badChecksum();
  const form = formOf(body, ZCASH_PREFIXES[network]);
  if (form === undefined) return foreign(network, (other) => formOf(body, other) !== undefined);
  if (form === 'sprout')
    return new AddressFault(
      'sprout',
      'Sprout addresses cannot be paid any more: give another kind of address',
    );
  const raw = body.subarray(ZCASH_PREFIXES[network][form].length);
  return known('transparent', [{ kind: form, raw }], text);
}

/** Bytes of a Sprout address behind its prefix. */
const SPROUT_BYTES = 64;

function formOf(body: Uint8Array, prefixes: ZcashPrefixes): Base58Form | undefined {
  return BASE58_FORMS.find((form) => {
    const prefix = prefixes[form];
    const length = form === 'sprout' ? SPROUT_BYTES : RECEIVER_KINDS[form].bytes;
    return body.length === prefix.length + length && prefix.every((byte, i) => body[i] === byte);
  });
}

function known(
  form: ZcashAddress['form'],
  receivers: readonly Receiver[],
  text: string,
): ZcashAddress | AddressFault {
  const isGood = receivers.every(
    ({ kind, raw }) => raw.length === RECEIVER_KINDS[kind].bytes && RECEIVER_KINDS[kind].isPayable(raw),
  );
  if (!isGood) return badContents();
  if (receivers.length === 0)
    return new AddressFault('no_receiver', 'the unified address has no receiver of a known kind');
  return { form, receivers, text };
}

/** The sentence for an address that another network knows, or none. */
function foreign(network: ZcashNetwork, isOf: (prefixes: ZcashPrefixes) => boolean): AddressFault {
  const { title } = ZCASH_PREFIXES[network];
  const other = NETWORKS.find((name) => name !== network && isOf(ZCASH_PREFIXES[name]));
  return other === undefined
    ? new AddressFault('unknown_form', `this is not an address of ${title}`)
    : new AddressFault(
        'wrong_network',
        `this is an address of ${ZCASH_PREFIXES[other].title}, and one of ${title} is needed`,
      );
}

function badChecksum(): AddressFault {
  return new AddressFault(
    'bad_checksum',
    'the checksum of the address is wrong: a character was mistyped or lost',
  );
}

function badContents(): AddressFault {
  return new AddressFault(
    'bad_contents',
    'the address has a right checksum, and contents that nobody can be paid by',
  );
}

function base58Bytes(text: string): Uint8Array | undefined {
  try {
    return base58.decode(text);
  } catch {
    return undefined;
  }
}
