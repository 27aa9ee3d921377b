import { blake2b256, displayHash } from '@adit/chain';
import { AditError, encodeHex, targetFromBits, weightOfTarget } from '@adit/primitives';
import type { BlockTransaction, ParsedBlock } from './block.ts';
import { isCoinbase, MINER_SCRIPT, paidTo } from './coinbase.ts';

/** A block and its place in the tree. */
export interface BlockEntry {
  block: ParsedBlock;
  /** The hash in display order: the key, and what RPC shows. */
  id: string;
  parent: BlockEntry | undefined;
  height: number;
  /** Work of the branch, this block included. */
  chainWork: bigint;
  /** The history root that the next block's commitments contain. It is made up, but follows from the ancestors. */
  historyRoot: Uint8Array;
  /** Made by the devnet itself, without proof of work. */
  internal: boolean;
  /** Transaction ids in display order, the coinbase first. */
  txids: readonly string[];
  /** Zatoshi that the coinbase pays to the node's own miner address. */
  reward: bigint;
}

/** At a block every 20 seconds, a devnet is full after six weeks. */
const MAX_BLOCKS = 200_000;

/** All blocks ever seen. The best branch is the one with most work; of equals, the first seen. */
export class BlockTree {
  readonly #entries = new Map<string, BlockEntry>();
  /** In the order of arrival, for export. */
  #arrivals: BlockEntry[] = [];
  /** The blocks that hold a transaction: more than one if they are on different branches. */
  readonly #holders = new Map<string, BlockEntry[]>();
  /** The blocks that spend an output, by the output's {@link outpointKey}. */
  readonly #spenders = new Map<string, BlockEntry[]>();
  /** The best branch, by height above the first block. */
  #best: BlockEntry[] = [];
  readonly #startHeight: number;

  constructor(first: ParsedBlock, startHeight: number) {
    this.#startHeight = startHeight;
    this.add(first, true);
  }

  get tip(): BlockEntry {
    const tip = this.#best.at(-1);
    if (tip === undefined)
      throw new AditError('ADIT_EMPTY_CHAIN', 'a block tree holds at least its first block');
    return tip;
  }

  get startHeight(): number {
    return this.#startHeight;
  }

  get arrivals(): readonly BlockEntry[] {
    return this.#arrivals;
  }

  /** @param id display order */
  get(id: string): BlockEntry | undefined {
    return this.#entries.get(id);
  }

  /** The best chain's block at a height. */
  at(height: number): BlockEntry | undefined {
    return this.#best[height - this.#startHeight];
  }

  onBestChain(entry: BlockEntry): boolean {
    return this.at(entry.height) === entry;
  }

  /** Confirmations as RPC counts them: 1 for the tip, -1 on a side chain. */
  confirmations(entry: BlockEntry): number {
    return this.onBestChain(entry) ? this.tip.height - entry.height + 1 : -1;
  }

  /** Whether `entry` or one of its ancestors holds a transaction. @param txid display order */
  branchHolds(entry: BlockEntry, txid: string): boolean {
    return (this.#holders.get(txid) ?? []).some((holder) => ancestorAt(entry, holder.height) === holder);
  }

  /** Whether `entry` or one of its ancestors spends an output. @param outpoint its {@link outpointKey} */
  branchSpends(entry: BlockEntry, outpoint: string): boolean {
    return (this.#spenders.get(outpoint) ?? []).some(
      (spender) => ancestorAt(entry, spender.height) === spender,
    );
  }

  /**
   * A transaction with a block that holds it: one among the ancestors of `entry` where there is one, or else any.
   * @param txid display order
   */
  find(
    entry: BlockEntry,
    txid: string,
  ): { readonly holder: BlockEntry; readonly item: BlockTransaction } | undefined {
    const holders = this.#holders.get(txid) ?? [];
    const holder = holders.find((one) => ancestorAt(entry, one.height) === one) ?? holders[0];
    const item = holder?.block.transactions[holder.txids.indexOf(txid)];
    return holder === undefined || item === undefined ? undefined : { holder, item };
  }

  /**
   * Adds a block whose parent is known (or the first one) and moves the tip if its branch has more work.
   * @throws AditError `ADIT_DEVNET_FULL`, `ADIT_UNKNOWN_PARENT`
   */
  add(block: ParsedBlock, internal: boolean): BlockEntry {
    if (this.#arrivals.length >= MAX_BLOCKS) {
      throw new AditError('ADIT_DEVNET_FULL', `the devnet holds ${MAX_BLOCKS} blocks: start a new one`);
    }
    const parent = this.#entries.get(displayHash(block.header.prevHash));
    if (parent === undefined && this.#arrivals.length > 0) {
      throw new AditError('ADIT_UNKNOWN_PARENT', 'the parent of the block is not known');
    }
    const [coinbase] = block.transactions;
    const entry: BlockEntry = {
      block,
      id: displayHash(block.hash),
      parent,
      height: parent === undefined ? this.#startHeight : parent.height + 1,
      chainWork: (parent?.chainWork ?? 0n) + weightOfTarget(targetFromBits(block.header.bits)),
      historyRoot: blake2b256('AditDevnetHistor', parent?.historyRoot ?? new Uint8Array(32), block.hash),
      internal,
      txids: block.transactions.map(({ txid }) => displayHash(txid)),
      reward: coinbase === undefined ? 0n : paidTo(coinbase.transaction, MINER_SCRIPT),
    };
    this.#entries.set(entry.id, entry);
    this.#arrivals.push(entry);
    for (const txid of entry.txids) this.#holders.set(txid, [...(this.#holders.get(txid) ?? []), entry]);
    for (const outpoint of spendsOf(block))
      this.#spenders.set(outpoint, [...(this.#spenders.get(outpoint) ?? []), entry]);
    if (this.#best.length === 0 || entry.chainWork > this.tip.chainWork) this.#moveTo(entry);
    return entry;
  }

  /**
   * Loses the newest blocks of the best chain, and all that build on them, like a node that was killed before it had
   * stored them.
   * @throws AditError `ADIT_BAD_OPTION` if there are too few blocks
   */
  forget(count: number): BlockEntry {
    if (!Number.isInteger(count) || count < 1 || count >= this.#best.length) {
      throw new AditError('ADIT_BAD_OPTION', `count must be an integer from 1 to ${this.#best.length - 1}`);
    }
    const gone = new Set(this.#best.splice(this.#best.length - count));
    const isGone = (entry: BlockEntry): boolean => gone.has(entry);
    for (const entry of this.#arrivals) {
      if (entry.parent !== undefined && isGone(entry.parent)) gone.add(entry);
    }
    this.#arrivals = this.#arrivals.filter((entry) => !isGone(entry));
    for (const { id } of gone) this.#entries.delete(id);
    for (const index of [this.#holders, this.#spenders]) {
      for (const [key, entries] of index)
        index.set(
          key,
          entries.filter((entry) => !isGone(entry)),
        );
    }
    // A side branch may have more work than the rest of this one.
    for (const entry of this.#arrivals) if (entry.chainWork > this.tip.chainWork) this.#moveTo(entry);
    return this.tip;
  }

  #moveTo(tip: BlockEntry): void {
    const branch: BlockEntry[] = [];
    let entry: BlockEntry | undefined = tip;
    for (; entry !== undefined && !this.onBestChain(entry); entry = entry.parent) branch.push(entry);
    this.#best.length = entry === undefined ? 0 : entry.height - this.#startHeight + 1;
    this.#best.push(...branch.reverse());
  }
}

/** An output as a key. @param prevout 36 bytes: transaction id and index */
export function outpointKey(prevout: Uint8Array): string {
  return encodeHex(prevout);
}

/** Outputs that the transactions of a block spend. */
function spendsOf(block: ParsedBlock): string[] {
  return block.transactions.flatMap(({ transaction }) =>
    isCoinbase(transaction) ? [] : transaction.inputs.map(({ prevout }) => outpointKey(prevout)),
  );
}

/** The ancestor at a height, or the block itself. */
export function ancestorAt(entry: BlockEntry, height: number): BlockEntry | undefined {
  let at: BlockEntry | undefined = entry;
  while (at !== undefined && at.height > height) at = at.parent;
  return at?.height === height ? at : undefined;
}

/** A block and its ancestors, newest first, at most `count`. */
export function lastBlocks(entry: BlockEntry, count: number): BlockEntry[] {
  const blocks: BlockEntry[] = [];
  for (let at: BlockEntry | undefined = entry; at !== undefined && blocks.length < count; at = at.parent) {
    blocks.push(at);
  }
  return blocks;
}

/** The eight hex digits that RPC shows for bits. */
export function bitsToHex(bits: number): string {
  return bits.toString(16).padStart(8, '0');
}
