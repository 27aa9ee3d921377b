import type { ScannedBlock } from '@adit/money';
import { Fields } from '@adit/rpc';

const HASH_BYTES = 32;
const MOST_HEIGHT = 0xffff_ffff;
const MOST_ZATOSHI = 2_100_000_000_000_000;
/** A block of two megabytes has fewer transactions than this, and a transaction fewer inputs. */
const MOST_TRANSACTIONS = 40_000;
const MOST_PARTS = 60_000;
const MOST_UPGRADES = 100;
const MOST_TEXT = 100;

/** Where one node has a transaction. */
export type NodePlace =
  | {
      readonly kind: 'mined';
      readonly height: number;
      readonly hash: string;
      readonly confirmations: number;
      readonly fee: bigint | null;
    }
  /** It waits, lies on a side chain, or is not known. */
  | { readonly kind: 'absent' };

/** Reads `getrawtransaction txid 1`. @throws AditError `ADIT_BAD_FIELD` */
export function readPlace(answer: unknown): NodePlace {
  const fields = new Fields(answer, 'getrawtransaction');
  const { in_active_chain: isActive } = answer as { readonly in_active_chain?: unknown };
  // Without a height it waits in the mempool; on a side chain `in_active_chain` is false.
  const height = fields.optionalInteger('height', -1, MOST_HEIGHT);
  if (isActive === false || height === undefined || height < 0) return { kind: 'absent' };
  return {
    kind: 'mined',
    height,
    hash: hashOf(fields, 'blockhash'),
    confirmations: fields.integer('confirmations', 0, MOST_HEIGHT),
    fee: feeOf(fields),
  };
}

/** What leaves the shielded pools less what is paid transparently; null where transparent inputs would have to be looked up. */
function feeOf(fields: Fields): bigint | null {
  if (!fields.has('vin') || fields.objects('vin', MOST_PARTS).length > 0) return null;
  const balance = (of: Fields | undefined): bigint =>
    BigInt(of?.optionalInteger('valueBalanceZat', -MOST_ZATOSHI, MOST_ZATOSHI) ?? 0);
  const shielded =
    balance(fields) + balance(fields.optionalObject('orchard')) + balance(fields.optionalObject('ironwood'));
  return fields
    .objects('vout', MOST_PARTS)
    .reduce((left, output) => left - BigInt(output.integer('valueZat', 0, MOST_ZATOSHI)), shielded);
}

/** Reads `getblock height 1`, or 2 where inputs are wanted. @throws AditError `ADIT_BAD_FIELD` */
export function readBlock(answer: unknown, height: number): ScannedBlock {
  const fields = new Fields(answer, 'getblock');
  if (fields.integer('height', 0, MOST_HEIGHT) !== height) throw fields.fault('height', String(height));
  const hash = hashOf(fields, 'hash');
  const previous = height === 0 ? '' : hashOf(fields, 'previousblockhash');
  const { tx } = answer as { readonly tx?: unknown };
  if (!Array.isArray(tx) || tx.length > MOST_TRANSACTIONS)
    throw fields.fault('tx', `an array of at most ${MOST_TRANSACTIONS} transactions`);
  if (typeof tx[0] === 'object') {
    const transactions = fields.objects('tx', MOST_TRANSACTIONS);
    const txids = transactions.map((one) => hashOf(one, 'txid'));
    return { height, hash, previous, txids, spends: transactions.flatMap(spendsOf) };
  }
  return {
    height,
    hash,
    previous,
    txids: tx.map((txid: unknown) => hashOf(new Fields({ txid }, 'getblock.tx'), 'txid')),
  };
}

/** Heights of upgrades that `getblockchaininfo` calls pending. @throws AditError `ADIT_BAD_FIELD` */
export function readUpgrades(answer: unknown): readonly number[] {
  const upgrades = new Fields(answer, 'getblockchaininfo').has('upgrades')
    ? Object.values((answer as { readonly upgrades: Readonly<Record<string, unknown>> }).upgrades)
    : [];
  return new Fields({ upgrades }, 'getblockchaininfo')
    .objects('upgrades', MOST_UPGRADES)
    .filter((upgrade) => upgrade.string('status', MOST_TEXT) === 'pending')
    .map((upgrade) => upgrade.integer('activationheight', 0, MOST_HEIGHT));
}

/** The tip of `getblockchaininfo`. @throws AditError `ADIT_BAD_FIELD` */
export function readTip(answer: unknown): { readonly height: number; readonly hash: string } {
  const fields = new Fields(answer, 'getblockchaininfo');
  return { height: fields.integer('blocks', 0, MOST_HEIGHT), hash: hashOf(fields, 'bestblockhash') };
}

function spendsOf(transaction: Fields): string[] {
  return transaction
    .objects('vin', MOST_PARTS)
    .flatMap((input) =>
      input.has('txid') ? [`${hashOf(input, 'txid')}:${input.integer('vout', 0, MOST_HEIGHT)}`] : [],
    );
}

/** A hash as text, in display order and small letters. */
function hashOf(fields: Fields, name: string): string {
  fields.hex(name, HASH_BYTES);
  return fields.string(name, 2 * HASH_BYTES).toLowerCase();
}
