import { encodeHex } from '@adit/primitives';
import { writeAddress } from '@adit/wallets';
import { isCoinbase } from '../coinbase.ts';
import { readNote } from '../payments/note-script.ts';
import { type TransparentOutput, totalOf } from '../transaction.ts';
import type { WalletDatabase, WalletTransaction } from './wallet-database.ts';
import { NETWORK, ownership } from './wallet-keys.ts';

/** One side of an output, before it is written as JSON. */
interface ListedSide {
  readonly category: 'send' | 'receive' | 'generate' | 'immature';
  readonly pool: 'transparent' | 'sapling' | 'ironwood';
  readonly value: bigint;
  readonly address: string;
  readonly index: number;
  readonly memo: Uint8Array;
}

/** JSON.rawJSON is in every engine that runs this; the type library lacks it. */
interface RawJson {
  rawJSON(text: string): unknown;
}

/** Zatoshi as a JSON number with eight decimals. */
export function coins(zatoshi: bigint): unknown {
  const digits = (zatoshi < 0n ? -zatoshi : zatoshi).toString().padStart(9, '0');
  const text = `${zatoshi < 0n ? '-' : ''}${digits.slice(0, -8)}.${digits.slice(-8)}`;
  return (JSON as unknown as RawJson).rawJSON(text);
}

/** What the listing shows of a transaction: one entry for each output and side, without change. */
export function sidesOf(
  transaction: WalletTransaction,
  database: WalletDatabase,
  isInMempool: boolean,
): ListedSide[] {
  const { item, isSend, knowsPayees, mined } = transaction;
  const perPool = new Map<string, number>();
  const isReward = isCoinbase(item.transaction);
  return item.transaction.outputs.flatMap((output): ListedSide[] => {
    const note = readNote(output.script);
    const pool = note?.pool ?? 'transparent';
    const index = perPool.get(pool) ?? 0;
    perPool.set(pool, index + 1);
    const whose = ownership(database.keys, output);
    if (whose === 'change') return [];
    const side: Omit<ListedSide, 'category'> = {
      pool,
      value: output.value,
      address: addressOf(output),
      index,
      memo: note?.memo ?? new Uint8Array(),
    };
    if (!isSend) {
      if (whose !== 'own') return [];
      return [{ ...side, category: isReward ? 'generate' : 'receive' }];
    }
    // What a rebuilt database cannot read back: Sapling outputs that were paid from Ironwood notes.
    if (whose === 'foreign' && pool === 'sapling' && !knowsPayees) return [];
    const send: ListedSide = { ...side, category: 'send' };
    // The receive half of an own output comes when the node has the transaction.
    const isSeen = mined !== undefined || isInMempool;
    return whose === 'own' && isSeen ? [send, { ...side, category: 'receive' as const }] : [send];
  });
}

/** An entry of `z_listtransactions`. */
export function entryJson(
  side: ListedSide,
  transaction: WalletTransaction,
  database: WalletDatabase,
): Record<string, unknown> {
  const { txid, item, mined, createdAt, fee } = transaction;
  const status = database.status(transaction);
  const isSend = side.category === 'send';
  const value = isSend ? -side.value : side.value;
  return {
    txid,
    status,
    confirmations: status === 'expired' ? -1 : database.confirmations(transaction),
    category: side.category,
    pool: side.pool,
    amountZat: value,
    amount: coins(value),
    address: side.address,
    outindex: side.index,
    outgoing: isSend,
    change: false,
    expiryheight: item.transaction.expiryHeight,
    ...(isSend ? { feeZat: -(fee ?? 0n) } : {}),
    ...memoJson(side.memo),
    time: mined?.block.block.header.time ?? createdAt,
    ...(mined === undefined
      ? {}
      : {
          blockheight: mined.block.height,
          blockhash: mined.block.id,
          blockindex: mined.index,
          blocktime: mined.block.block.header.time,
        }),
    walletconflicts: [],
  };
}

/** The answer of `gettransaction`. Its amount is right even where payees are missing. */
export function transactionJson(
  transaction: WalletTransaction,
  database: WalletDatabase,
  isInMempool: boolean,
): Record<string, unknown> {
  const { txid, item, fee } = transaction;
  const foreign = item.transaction.outputs.filter((output) => ownership(database.keys, output) === 'foreign');
  const own = item.transaction.outputs.filter((output) => ownership(database.keys, output) !== 'foreign');
  const status = database.status(transaction);
  return {
    amount: coins(transaction.isSend ? -totalOf(foreign) : totalOf(own)),
    ...(fee === null ? {} : { fee: coins(-fee) }),
    confirmations: status === 'expired' ? -1 : database.confirmations(transaction),
    txid,
    details: sidesOf(transaction, database, isInMempool).map((side) => ({
      address: side.address,
      category: side.category,
      amount: coins(side.category === 'send' ? -side.value : side.value),
      pool: side.pool,
      vout: side.index,
      ...memoJson(side.memo),
      abandoned: status === 'expired',
    })),
    hex: encodeHex(item.raw),
  };
}

/** Addresses are shown by the receiver that was paid: another text than the payer was given. */
function addressOf({ script }: TransparentOutput): string {
  const note = readNote(script);
  if (note !== undefined)
    return writeAddress(
      { kind: note.pool === 'sapling' ? 'sapling' : 'orchard', raw: note.receiver },
      NETWORK,
    );
  const isHash = script.length === 25;
  return writeAddress(
    isHash ? { kind: 'p2pkh', raw: script.slice(3, 23) } : { kind: 'p2sh', raw: script.slice(2, 22) },
    NETWORK,
  );
}

function memoJson(memo: Uint8Array): Record<string, unknown> {
  if (memo.length === 0) return {};
  const text = Buffer.from(memo).toString('utf8');
  const isText = Buffer.from(text).equals(Buffer.from(memo));
  return { memo: encodeHex(memo), ...(isText ? { memoStr: text } : {}) };
}
