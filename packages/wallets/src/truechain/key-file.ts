import {
  createCipheriv,
  createDecipheriv,
  randomBytes,
  randomUUID,
  type ScryptOptions,
  scrypt,
} from 'node:crypto';
import { AditError, concatBytes, decodeHex, encodeHex, equalBytes } from '@adit/primitives';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { accountOf } from './payment.ts';

/** A key that is encrypted with a passphrase, as getrue and geth keep theirs ("Web3 Secret Storage", version 3). */
export interface KeyFile {
  /** 20 bytes. It is not encrypted; {@link openKey} checks that it is the key's. */
  readonly account: Uint8Array;
  readonly cipherText: Uint8Array;
  readonly iv: Uint8Array;
  readonly mac: Uint8Array;
  readonly salt: Uint8Array;
  /** Cost of the key derivation. */
  readonly cost: ScryptCost;
}

/** Parameters of scrypt (RFC 7914). */
export interface ScryptCost {
  readonly n: number;
  readonly r: number;
  readonly p: number;
}

/** The cost that getrue takes: some 256 MB and a second for each guess. */
const STANDARD_COST: ScryptCost = { n: 262_144, r: 8, p: 1 };
/** A key file must not make this process use more memory than this. */
const MOST_SCRYPT_BYTES = 1024 * 1024 * 1024;
const MOST_TEXT = 16_384;
const DERIVED_BYTES = 32;

/**
 * Encrypts a key.
 * @param key 32 bytes
 * @param passphrase not empty
 * @returns the text of a key file
 * @throws AditError `ADIT_BAD_KEY`, `ADIT_BAD_BYTES`, `ADIT_KEY_FILE` for an empty passphrase
 */
export async function sealKey(
  key: Uint8Array,
  passphrase: string,
  cost: ScryptCost = STANDARD_COST,
): Promise<string> {
  if (passphrase === '') throw fault('a key needs a passphrase');
  const address = encodeHex(accountOf(key));
  const [salt, iv] = [randomBytes(32), randomBytes(16)];
  const derived = await derive(passphrase, salt, cost);
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const cipherText = concatBytes(cipher.update(key), cipher.final());
  const crypto = {
    cipher: 'aes-128-ctr',
    cipherparams: { iv: encodeHex(iv) },
    ciphertext: encodeHex(cipherText),
    kdf: 'scrypt',
    kdfparams: { dklen: DERIVED_BYTES, ...cost, salt: encodeHex(salt) },
    mac: encodeHex(macOf(derived, cipherText)),
  };
  return `${JSON.stringify({ address, crypto, id: randomUUID(), version: 3 })}\n`;
}

/**
 * Reads the text of a key file.
 * @throws AditError `ADIT_KEY_FILE` for another form, and for a cost that would use more than 1 GiB
 */
export function readKeyFile(text: string): KeyFile {
  const { address, crypto, version } = parsed(text);
  const { cipher, cipherparams, ciphertext, kdf, kdfparams, mac } = recordOf(crypto ?? null, 'crypto');
  if (version !== 3) throw fault('expected a key file of version 3');
  if (cipher !== 'aes-128-ctr' || kdf !== 'scrypt')
    throw fault('expected a key file with aes-128-ctr and scrypt');
  const { n, r, p, dklen, salt } = recordOf(kdfparams, 'kdfparams');
  const cost = { n: whole(n, 'n'), r: whole(r, 'r'), p: whole(p, 'p') };
  const isPower = cost.n > 1 && Number.isInteger(Math.log2(cost.n));
  if (!isPower || dklen !== DERIVED_BYTES || 128 * cost.n * cost.r * cost.p > MOST_SCRYPT_BYTES)
    throw fault('the parameters of scrypt cannot be used');
  return {
    account: hexOf(typeof address === 'string' ? address.replace(/^0x/i, '') : address, 20, 'address'),
    cipherText: hexOf(ciphertext, 32, 'ciphertext'),
    iv: hexOf(recordOf(cipherparams, 'cipherparams')['iv'], 16, 'iv'),
    mac: hexOf(mac, 32, 'mac'),
    salt: hexOf(salt, 32, 'salt'),
    cost,
  };
}

/**
 * Decrypts a key.
 * @returns 32 bytes
 * @throws AditError `ADIT_KEY_FILE` for a wrong passphrase, and where the key is that of another address than the file says
 */
export async function openKey(file: KeyFile, passphrase: string): Promise<Uint8Array> {
  const derived = await derive(passphrase, file.salt, file.cost);
  if (!equalBytes(macOf(derived, file.cipherText), file.mac)) throw fault('the passphrase is wrong');
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), file.iv);
  const key = concatBytes(decipher.update(file.cipherText), decipher.final());
  if (!equalBytes(accountOf(key), file.account))
    throw fault('the key is not that of the address in the file');
  return key;
}

function derive(passphrase: string, salt: Uint8Array, { n, r, p }: ScryptCost): Promise<Uint8Array> {
  // Node counts a little more than the 128 * n * r bytes of the algorithm.
  const options: ScryptOptions = { N: n, r, p, maxmem: 1.5 * MOST_SCRYPT_BYTES };
  return new Promise((resolve, reject) => {
    const unusable = () => reject(fault('the parameters of scrypt cannot be used'));
    try {
      scrypt(passphrase, salt, DERIVED_BYTES, options, (error, derived) =>
        error === null ? resolve(derived) : unusable(),
      );
    } catch {
      unusable();
    }
  });
}

function macOf(derived: Uint8Array, cipherText: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(derived.subarray(16, 32), cipherText));
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  if (text.length > MOST_TEXT) throw fault('a key file is shorter');
  try {
    return recordOf(JSON.parse(text), 'the file');
  } catch {
    throw fault('expected JSON, as getrue writes it');
  }
}

function recordOf(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) throw fault(`${what} must be an object`);
  return value as Readonly<Record<string, unknown>>;
}

function whole(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return value;
  throw fault(`${what} of scrypt must be a whole number from 1`);
}

function hexOf(value: unknown, length: number, what: string): Uint8Array {
  if (typeof value !== 'string' || value.length !== 2 * length)
    throw fault(`${what} must be ${length} bytes of hex`);
  try {
    return decodeHex(value);
  } catch {
    throw fault(`${what} must be ${length} bytes of hex`);
  }
}

/** No message has a part of the file in it. */
function fault(why: string): AditError {
  return new AditError('ADIT_KEY_FILE', `the key file cannot be used: ${why}`);
}
