import type { ListedSend, MatchOutput } from '@adit/money';
import { Fields } from '@adit/rpc';
import { AddressFault } from '../addresses/address-fault.ts';
import type { ZcashNetwork } from '../addresses/networks.ts';
import { readReceivers } from '../addresses/read-payee.ts';
import { type ReceiverKind, receiverKey } from '../addresses/receivers.ts';

/** A sent transaction as the listing shows it. */
export interface ListedTransaction extends ListedSend {
  readonly state: 'mined' | 'waiting' | 'expired';
  readonly expiry: number | null;
  /** What it costs besides its outputs. */
  readonly fee: bigint;
  /** What it pays to the wallet itself, besides change: a tag, or what was shielded. */
  readonly toSelf: bigint;
}

/** Entries of one listing: a pool that pays 400 miners an hour has fewer in months. */
const MOST_ENTRIES = 200_000;
const MOST_ZATOSHI = 2_100_000_000_000_000;
const MOST_HEIGHT = 0xffff_ffff;
const MOST_TEXT = 4_096;
const TXID_BYTES = 32;
/** Receivers by the pool that a listing names. Orchard receivers are paid in Ironwood. */
const KINDS_OF_POOL: Readonly<Record<string, readonly ReceiverKind[]>> = {
  transparent: ['p2pkh', 'p2sh'],
  sapling: ['sapling'],
  orchard: ['orchard'],
  ironwood: ['orchard'],
};

/**
 * Reads an answer of `z_listtransactions`: one entry for each output and side. Only the send half counts, since the receive half of
 * the tag output appears when a node has the transaction. Outputs are compared by their receivers: the listing has other addresses
 * than the wallet was given, and another order.
 * @param own receivers of the wallet; outputs to them are tags or change
 * @throws AditError `ADIT_BAD_FIELD` for entries that cannot be read: a listing that is read in part proves nothing
 */
export function readListing(
  answer: unknown,
  { network, own }: { readonly network: ZcashNetwork; readonly own: ReadonlySet<string> },
): readonly ListedTransaction[] {
  const entries = new Fields({ entries: answer }, 'z_listtransactions').objects('entries', MOST_ENTRIES);
  const found = new Map<
    string,
    ListedTransaction & { readonly tags: string[]; readonly outputs: MatchOutput[]; toSelf: bigint }
  >();
  for (const entry of entries) {
    const txid = entry.string('txid', 2 * TXID_BYTES);
    entry.hex('txid', TXID_BYTES);
    if (entry.string('category', MOST_TEXT) !== 'send') continue;
    const known = found.get(txid) ?? {
      txid,
      tags: [],
      outputs: [],
      state: stateOf(entry),
      expiry: entry.optionalInteger('expiryheight', 0, MOST_HEIGHT) ?? null,
      fee: BigInt(-(entry.optionalInteger('feeZat', -MOST_ZATOSHI, 0) ?? 0)),
      toSelf: 0n,
    };
    found.set(txid, known);
    const memo = entry.optionalString('memoStr', MOST_TEXT);
    if (memo !== undefined && memo !== '') known.tags.push(memo);
    const receiver = receiverOf(entry, network);
    const amount = BigInt(-entry.integer('amountZat', -MOST_ZATOSHI, 0));
    if (own.has(receiver)) known.toSelf += amount;
    else known.outputs.push({ receiver, amount });
  }
  return [...found.values()];
}

function stateOf(entry: Fields): ListedTransaction['state'] {
  const status = entry.string('status', MOST_TEXT);
  if (status === 'mined' || status === 'waiting' || status === 'expired') return status;
  throw entry.fault('status', 'mined, waiting or expired');
}

/** The receiver in the pool that the entry names. One that cannot be read matches no payee. */
function receiverOf(entry: Fields, network: ZcashNetwork): string {
  const address = entry.optionalString('address', MOST_TEXT) ?? '';
  const pool = entry.string('pool', MOST_TEXT);
  const kinds = Object.hasOwn(KINDS_OF_POOL, pool) ? KINDS_OF_POOL[pool] : undefined;
  const receivers = readReceivers(address, network);
  const one =
    receivers instanceof AddressFault ? undefined : receivers.find(({ kind }) => kinds?.includes(kind));
  return one === undefined ? `unreadable:${pool}:${address}` : receiverKey(one);
}
