import { decodeHex, encodeHex, messageOf } from '@adit/primitives';
import { paymentHash, readPayment, senderOf } from '@adit/wallets';
import type { TakenPayment } from './payment-pool.ts';

/** What a plain payment costs. */
export const PAYMENT_GAS = 21_000n;
/** Least price that the node takes (`--gasprice`), and the answer of `etrue_gasPrice`. */
export const GAS_PRICE = 1_000_000n;
/** Gas of a fast block. */
const BLOCK_GAS = 10_000_000n;
/** Longest transaction that the pool takes. */
const MOST_BYTES = 32 * 1024;

/** What the rules look at. */
export interface PaymentLedger {
  readonly chainId: bigint;
  /** The next nonce of an account. */
  count(account: string): bigint;
  balance(account: string): bigint;
  isKnown(hash: string): boolean;
}

/**
 * Checks the bytes of a payment as getrue's pool does, in its order and with its words.
 * @param data `0x` and hex
 * @returns the payment, or why the node refuses it
 */
export function checkPayment(data: string, ledger: PaymentLedger): TakenPayment | string {
  let raw: Uint8Array;
  let read: ReturnType<typeof readPayment>;
  try {
    raw = decodeHex(data.slice(2));
    read = readPayment(raw);
  } catch (error) {
    return messageOf(error);
  }
  const { payment, signature } = read;
  if (read.data.length > 0) return 'this devnet takes plain payments only: without data';
  const hash = paymentHash(payment, signature);
  if (ledger.isKnown(hash)) return `known transaction: ${hash.slice(2)}`;
  if (raw.length > MOST_BYTES) return 'oversized data';
  if (payment.gas > BLOCK_GAS) return 'exceeds block gas limit';
  const sender = senderOf(payment, ledger.chainId, signature);
  if (sender === undefined) return 'invalid sender';
  const from = `0x${encodeHex(sender)}`;
  if (payment.gasPrice < GAS_PRICE) return 'transaction underpriced';
  if (payment.nonce < ledger.count(from)) return 'nonce too low';
  if (payment.gas * payment.gasPrice + payment.value > ledger.balance(from))
    return 'insufficient funds for gas * price + value';
  if (payment.gas < PAYMENT_GAS) return 'intrinsic gas too low';
  return { raw, hash, from, payment, signature };
}
