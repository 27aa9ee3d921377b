import { displayHash } from '@adit/chain';
import { concatBytes, uint32LE } from '@adit/primitives';
import type { BlockTransaction } from '../block.ts';
import { ancestorAt, type BlockEntry, type BlockTree, outpointKey } from '../block-tree.ts';
import { isCoinbase } from '../coinbase.ts';
import { type Pool, readNote } from '../payments/note-script.ts';
import { type TransparentOutput, totalOf } from '../transaction.ts';
import { ownership, type WalletKeys } from './wallet-keys.ts';

/** A transaction that a wallet knows. */
export interface WalletTransaction {
  readonly txid: string;
  readonly item: BlockTransaction;
  /** The block that holds it in the wallet's view; undefined while none does. */
  mined: { readonly block: BlockEntry; readonly index: number } | undefined;
  /** It spends what the wallet owns. */
  readonly isSend: boolean;
  /** It spends transparent outputs of the wallet: shielding. */
  readonly isShielding: boolean;
  /** What it spends of the wallet, less its outputs; null for those of others. */
  readonly fee: bigint | null;
  /** False for a send that a rebuilt database found in the chain: it lacks Sapling payees. */
  readonly knowsPayees: boolean;
  /** Unix seconds. */
  readonly createdAt: number;
  /** The wallet itself keeps sending it until it expires. */
  resends: boolean;
}

/** An output of the wallet. */
export interface OwnOutput {
  readonly outpoint: string;
  readonly prevout: Uint8Array;
  readonly value: bigint;
  readonly pool: Pool | 'transparent';
  readonly isChange: boolean;
  readonly transaction: WalletTransaction;
}

/** Transactions of a devnet; a demo that runs for six weeks has as many rewards. */
const MOST_TRANSACTIONS = 200_000;

/** What a wallet stores: its transactions, and how far it has followed which chain. A restart keeps it. */
export class WalletDatabase {
  readonly keys: WalletKeys;
  readonly #transactions = new Map<string, WalletTransaction>();
  /** Own outputs by outpoint. */
  readonly #own = new Map<string, OwnOutput>();
  /** The branch that was followed, oldest block first. */
  #blocks: BlockEntry[] = [];

  constructor(keys: WalletKeys) {
    this.keys = keys;
  }

  get tip(): BlockEntry | undefined {
    return this.#blocks.at(-1);
  }

  get height(): number {
    return this.tip?.height ?? 0;
  }

  get transactions(): Iterable<WalletTransaction> {
    return this.#transactions.values();
  }

  get(txid: string): WalletTransaction | undefined {
    return this.#transactions.get(txid);
  }

  own(outpoint: string): OwnOutput | undefined {
    return this.#own.get(outpoint);
  }

  confirmations({ mined }: WalletTransaction): number {
    return mined === undefined ? 0 : this.height - mined.block.height + 1;
  }

  /** `expired` already at the expiry height: a trap, since that block can still be replaced. */
  status(transaction: WalletTransaction): 'mined' | 'waiting' | 'expired' {
    if (transaction.mined !== undefined) return 'mined';
    const { expiryHeight } = transaction.item.transaction;
    return this.height >= expiryHeight ? 'expired' : 'waiting';
  }

  /** Own outputs that exist or may come to exist, and that no transaction spends which is mined or may be. */
  unspent(): OwnOutput[] {
    const living = [...this.#transactions.values()].filter((one) => this.status(one) !== 'expired');
    const spent = new Set(
      living.flatMap(({ item }) => item.transaction.inputs.map(({ prevout }) => outpointKey(prevout))),
    );
    const isLiving = new Set(living);
    return [...this.#own.values()].filter(
      ({ outpoint, transaction }) => isLiving.has(transaction) && !spent.has(outpoint),
    );
  }

  /** Keeps a transaction that the wallet made, before anybody else has it. */
  store(item: BlockTransaction, createdAt: number): WalletTransaction {
    return this.#add(item, createdAt, true);
  }

  /** Follows a branch to its tip: takes back what is not on it, and reads what is new. */
  follow(tip: BlockEntry, tree: BlockTree): void {
    const branch: BlockEntry[] = [];
    let at: BlockEntry | undefined = tip;
    while (at !== undefined && this.#at(at.height) !== at) {
      branch.push(at);
      at = at.parent;
    }
    this.#blocks.length = at === undefined ? 0 : at.height - tree.startHeight + 1;
    for (const transaction of this.#transactions.values()) {
      const block = transaction.mined?.block;
      if (block === undefined || ancestorAt(tip, block.height) === block) continue;
      transaction.mined = undefined;
      transaction.resends = transaction.isSend && transaction.knowsPayees;
    }
    for (const block of branch.reverse()) {
      this.#blocks.push(block);
      this.#read(block);
    }
  }

  #at(height: number): BlockEntry | undefined {
    const [first] = this.#blocks;
    return first === undefined ? undefined : this.#blocks[height - first.height];
  }

  #read(block: BlockEntry): void {
    for (const [index, item] of block.block.transactions.entries()) {
      const known = this.#transactions.get(block.txids[index] ?? '');
      if (known === undefined && !this.#concerns(item)) continue;
      const transaction = known ?? this.#add(item, block.block.header.time, false);
      transaction.mined = { block, index };
      transaction.resends = false;
    }
  }

  #concerns({ transaction }: BlockTransaction): boolean {
    return (
      transaction.outputs.some((output) => ownership(this.keys, output) !== 'foreign') ||
      transaction.inputs.some(({ prevout }) => this.#own.has(outpointKey(prevout)))
    );
  }

  #add(item: BlockTransaction, createdAt: number, isMade: boolean): WalletTransaction {
    if (this.#transactions.size >= MOST_TRANSACTIONS) throw new Error('the wallet of the devnet is full');
    const { inputs, outputs } = item.transaction;
    const spent = inputs.flatMap(({ prevout }) => this.#own.get(outpointKey(prevout)) ?? []);
    const isSend = spent.length > 0;
    const transaction: WalletTransaction = {
      txid: displayHash(item.txid),
      item,
      mined: undefined,
      isSend,
      isShielding: spent.some(({ pool }) => pool === 'transparent'),
      fee: isSend ? totalOf(spent) - totalOf(outputs) : null,
      knowsPayees: isMade || !isSend,
      createdAt,
      resends: isMade,
    };
    this.#transactions.set(transaction.txid, transaction);
    for (const [index, output] of outputs.entries()) this.#keep(transaction, output, index);
    return transaction;
  }

  #keep(transaction: WalletTransaction, output: TransparentOutput, index: number): void {
    const whose = ownership(this.keys, output);
    if (whose === 'foreign') return;
    const prevout = concatBytes(transaction.item.txid, uint32LE(index));
    const outpoint = outpointKey(prevout);
    this.#own.set(outpoint, {
      outpoint,
      prevout,
      value: output.value,
      pool: readNote(output.script)?.pool ?? 'transparent',
      isChange: whose === 'change',
      transaction,
    });
  }
}

/** Whether an output is a reward. */
export function isReward({ pool, transaction }: OwnOutput): boolean {
  return pool === 'transparent' && isCoinbase(transaction.item.transaction);
}
