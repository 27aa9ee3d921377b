import { randomBytes } from 'node:crypto';
import { tryDecodeHex } from '@adit/primitives';
import { AddressFault, type Payee, readPayee, receiverFromKey } from '@adit/wallets';
import { noteScript } from '../payments/note-script.ts';
import { p2pkhScript, p2shScript } from '../scripts.ts';
import type { TransparentOutput } from '../transaction.ts';
import { walletFault } from './wallet-fault.ts';
import { NETWORK } from './wallet-keys.ts';

const KEYS: readonly string[] = ['address', 'amount', 'memo'];
const POLICIES: readonly string[] = [
  'FullPrivacy',
  'AllowRevealedAmounts',
  'AllowRevealedRecipients',
  'AllowRevealedSenders',
  'AllowFullyTransparent',
  'AllowLinkingAccountAddresses',
  'NoPrivacy',
];
const MOST_ZATOSHI = 2_100_000_000_000_000n;
const MOST_MEMO_BYTES = 512;
/** Decimals of an amount, with an exponent or without. */
const AMOUNT = /^(-?)(\d{1,20})(?:\.(\d{1,30}))?(?:e(-?\d{1,2}))?$/i;

/** Reads the recipients of `z_sendmany`, with zecd's refusals of the whole call. @throws RpcFault */
export function readRecipients(entries: unknown, policy: unknown): TransparentOutput[] {
  if (!Array.isArray(entries) || entries.length === 0)
    throw walletFault('parameter', 'Invalid parameter, amounts array is empty.');
  if (policy !== undefined && policy !== null && !POLICIES.includes(String(policy)))
    throw walletFault('parameter', `Unknown privacy policy name '${String(policy)}'`);
  const seen = new Set<string>();
  return entries.map((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null)
      throw walletFault('parameter', 'Invalid parameter, expected object');
    const { address, amount, memo } = entry as { address?: unknown; amount?: unknown; memo?: unknown };
    const strange = Object.keys(entry).find((key) => !KEYS.includes(key));
    if (strange !== undefined) throw walletFault('parameter', `Invalid parameter, unknown key: ${strange}`);
    const payee = readAddress(address);
    // Only the text is compared: two addresses of one receiver are both paid.
    if (seen.has(String(address)))
      throw walletFault('parameter', `Invalid parameter, duplicated recipient address: ${String(address)}`);
    seen.add(String(address));
    const isTransparent = payee.kind === 'p2pkh' || payee.kind === 'p2sh';
    if (isTransparent && policy === 'FullPrivacy')
      throw walletFault('parameter', 'This transaction would have transparent recipients');
    const value = readAmount(amount);
    if (isTransparent && (value === 0n || memo !== undefined))
      throw walletFault('parameter', 'Memo cannot be used with a transparent recipient');
    return outputTo(payee, value, readMemo(memo));
  });
}

/** Recipients of `sendmany`: where a key stands twice in the JSON, only the last one is seen. @throws RpcFault */
export function readSimpleRecipients(amounts: unknown): TransparentOutput[] {
  if (typeof amounts !== 'object' || amounts === null) throw walletFault('type', 'Expected an object');
  return Object.entries(amounts).map(([address, amount]) => {
    const value = readAmount(amount);
    if (value === 0n) throw walletFault('type', 'Invalid amount');
    return outputTo(readAddress(address), value, new Uint8Array());
  });
}

/** @throws RpcFault -5, and -8 for a kind that cannot be paid */
export function readAddress(address: unknown): Payee {
  const payee = readPayee(typeof address === 'string' ? address : '', NETWORK);
  if (payee instanceof AddressFault) {
    const isElsewhere = payee.cause === 'wrong_network' || payee.cause === 'sprout';
    throw walletFault(
      'address',
      isElsewhere
        ? 'Address is not valid for the configured network'
        : `Invalid Zcash address: ${payee.message}`,
    );
  }
  if (payee.kind === 'tex')
    throw walletFault('parameter', 'TEX addresses cannot be paid from shielded funds');
  return payee;
}

/** @throws RpcFault -8 */
export function readMemo(memo: unknown): Uint8Array {
  if (memo === undefined || memo === null) return new Uint8Array();
  const bytes = tryDecodeHex(memo);
  if (bytes === undefined)
    throw walletFault('parameter', 'Invalid parameter, expected memo data in hexadecimal format.');
  if (bytes.length > MOST_MEMO_BYTES)
    throw walletFault('parameter', 'Invalid parameter, size of memo is too large');
  return bytes;
}

function outputTo(payee: Payee, value: bigint, memo: Uint8Array): TransparentOutput {
  const { kind, raw } = receiverFromKey(payee.receiver);
  switch (kind) {
    case 'p2pkh':
      return { value, script: p2pkhScript(raw) };
    case 'p2sh':
      return { value, script: p2shScript(raw) };
    default: {
      const pool = kind === 'sapling' ? 'sapling' : 'ironwood';
      return { value, script: noteScript({ pool, receiver: raw, seed: randomBytes(8), memo }) };
    }
  }
}

function readAmount(amount: unknown): bigint {
  const isText = typeof amount === 'number' || typeof amount === 'string';
  const [, sign, whole = '', decimals = '', exponent = '0'] = (isText && AMOUNT.exec(String(amount))) || [];
  if (whole === '') throw walletFault('type', 'Invalid amount');
  const scaled = BigInt(whole + decimals);
  const places = 8 - decimals.length + Number(exponent);
  const value = places >= 0 ? scaled * 10n ** BigInt(places) : scaled / 10n ** BigInt(-places);
  if (places < 0 && value * 10n ** BigInt(-places) !== scaled) throw walletFault('type', 'Invalid amount');
  if (sign === '-' || value > MOST_ZATOSHI) throw walletFault('type', 'Amount out of range');
  return value;
}
