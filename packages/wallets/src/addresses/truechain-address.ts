import type { Payee } from '@adit/money';
import { encodeHex } from '@adit/primitives';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { AddressFault, commonFault } from './address-fault.ts';

const FORM = /^0x[0-9a-f]{40}$/i;

/**
 * Reads an address of TrueChain: `0x` and 40 hex digits. Where small and capital letters are mixed they are a checksum (EIP-55);
 * without a mix there is none, and nothing but the length can be checked.
 */
export function readTrueChainPayee(address: string): Payee | AddressFault {
  const fault = commonFault(address);
  if (fault !== undefined) return fault;
  if (!FORM.test(address))
    return new AddressFault('unknown_form', 'an address of TrueChain is 0x and 40 hex digits');
  const digits = address.slice(2);
  const small = digits.toLowerCase();
  const isMixed = digits !== small && digits !== digits.toUpperCase();
  if (isMixed && digits !== withChecksum(small))
    return new AddressFault(
      'bad_checksum',
      'the capital letters of the address are its checksum, and it is wrong: a character was mistyped',
    );
  return { address: `0x${small}`, receiver: `truechain:${small}`, kind: 'truechain' };
}

/** Writes an address with its checksum (EIP-55). @param account 20 bytes */
export function writeTrueChainAddress(account: Uint8Array): string {
  return `0x${withChecksum(encodeHex(account))}`;
}

/** A letter is a capital one where the digit of the hash at its place is 8 or more. */
function withChecksum(small: string): string {
  const hash = encodeHex(keccak_256(new TextEncoder().encode(small)));
  return [...small]
    .map((digit, i) => (Number.parseInt(hash.charAt(i), 16) >= 8 ? digit.toUpperCase() : digit))
    .join('');
}
