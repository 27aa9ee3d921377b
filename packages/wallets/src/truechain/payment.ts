import { AditError, bigintFromBytes, checkBytes, encodeHex } from '@adit/primitives';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { encodeRlp, type RlpItem } from './rlp.ts';

/** A payment of TrueChain, in wei. */
export interface TrueChainPayment {
  /** Number of the payment of its sender: of two with one nonce only one can ever be mined. */
  readonly nonce: bigint;
  readonly gasPrice: bigint;
  readonly gas: bigint;
  /** 20 bytes. */
  readonly to: Uint8Array;
  readonly value: bigint;
}

/** A payment that is signed. It never expires: only another final transaction with its nonce makes it void. */
export interface SignedPayment {
  /** For `etrue_sendRawTransaction`: 9 fields. */
  readonly raw: Uint8Array;
  /**
   * The hash under which nodes show it, with 0x. It is that of 14 fields, not of the bytes sent, and strangers can change it: the
   * identity of a payment is its sender and nonce.
   */
  readonly hash: string;
}

/** The signature of a payment, as it stands in the transaction. */
export interface PaymentSignature {
  /** Parity of the point, 35, and twice the chain's id (EIP-155). */
  readonly v: bigint;
  readonly r: bigint;
  readonly s: bigint;
}

const KEY_BYTES = 32;
const ADDRESS_BYTES = 20;
/** EIP-155: v is the parity of the signature's point, this, and twice the chain's id. */
const V_BASE = 35n;
const MOST = (1n << 256n) - 1n;
/** Payer, fee and the payer's signature, which TrueChain adds behind the data and behind the signature. */
const NOBODY = new Uint8Array();
const NOTHING: PaymentSignature = { v: 0n, r: 0n, s: 0n };

/**
 * Signs a payment (EIP-155; RFC 6979, s in the lower half), as TrueChain's TIP1 signer checks it without a payer.
 * @param chainId main 19330, test 18928, devnet 100, single node 400
 * @param key 32 bytes
 * @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_AMOUNT`, `ADIT_BAD_KEY`
 */
export function signPayment(payment: TrueChainPayment, chainId: bigint, key: Uint8Array): SignedPayment {
  checkKey(key);
  const start = startOf(payment);
  checkInteger(chainId, 'chainId');
  const toSign = encodeRlp([...start, chainId, 0n, 0n]);
  const signature = secp256k1.sign(keccak_256(toSign), key, { prehash: false, format: 'recovered' });
  // One byte of parity, then r and s.
  const [parity = 0] = signature;
  const r = bigintFromBytes(signature.subarray(1, 33));
  const s = bigintFromBytes(signature.subarray(33));
  const made = { v: BigInt(parity) + V_BASE + 2n * chainId, r, s };
  return { raw: encodeRlp([...start, made.v, r, s]), hash: paymentHash(payment, made) };
}

/**
 * The hash under which nodes show a payment: that of 14 fields.
 * @param payerSignature what stands where a payer would sign. Nodes do not look at it while there is no payer, so anybody can write
 *   something there, and give the payment another hash
 * @returns 0x and 64 hex digits
 * @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_AMOUNT`
 */
export function paymentHash(
  payment: TrueChainPayment,
  { v, r, s }: PaymentSignature,
  payerSignature: PaymentSignature = NOTHING,
): string {
  const payer = [payerSignature.v, payerSignature.r, payerSignature.s];
  const whole = encodeRlp([...startOf(payment), NOBODY, NOBODY, v, r, s, ...payer]);
  return `0x${encodeHex(keccak_256(whole))}`;
}

/**
 * The account of a key, 20 bytes.
 * @param key 32 bytes
 * @throws AditError `ADIT_BAD_BYTES`, `ADIT_BAD_KEY`
 */
export function accountOf(key: Uint8Array): Uint8Array {
  checkKey(key);
  return accountOfPoint(secp256k1.getPublicKey(key, false));
}

/**
 * Who signed a payment.
 * @param v, r and s as they stand in the transaction
 * @returns its account, 20 bytes; undefined for a signature of another chain, or one that is not valid
 */
export function senderOf(
  payment: TrueChainPayment,
  chainId: bigint,
  { v, r, s }: PaymentSignature,
): Uint8Array | undefined {
  const parity = v - V_BASE - 2n * chainId;
  // Of the two values of s only the lower one is taken, so that nobody can write a signature in another way.
  if ((parity !== 0n && parity !== 1n) || s > secp256k1.Point.Fn.ORDER / 2n) return undefined;
  const toSign = encodeRlp([...startOf(payment), chainId, 0n, 0n]);
  try {
    const signature = new secp256k1.Signature(r, s, Number(parity));
    return accountOfPoint(signature.recoverPublicKey(keccak_256(toSign)).toBytes(false));
  } catch {
    return undefined;
  }
}

/** The fields that every form of a payment begins with; its data is empty. */
function startOf({ nonce, gasPrice, gas, to, value }: TrueChainPayment): RlpItem[] {
  for (const [name, number] of Object.entries({ nonce, gasPrice, gas, value })) checkInteger(number, name);
  checkBytes(to, 'to', ADDRESS_BYTES);
  return [nonce, gasPrice, gas, to, value, NOBODY];
}

function accountOfPoint(point: Uint8Array): Uint8Array {
  // Without the byte that says that the point is written in full.
  return keccak_256(point.subarray(1)).subarray(-ADDRESS_BYTES);
}

function checkInteger(value: bigint, name: string): void {
  if (typeof value !== 'bigint' || value < 0n || value > MOST)
    throw new AditError('ADIT_BAD_AMOUNT', `${name} must be a bigint from 0 to 2^256-1`);
}

function checkKey(key: Uint8Array): void {
  checkBytes(key, 'key', KEY_BYTES);
  if (!secp256k1.utils.isValidSecretKey(key))
    throw new AditError('ADIT_BAD_KEY', 'the key is zero, or not below the order of the curve');
}
