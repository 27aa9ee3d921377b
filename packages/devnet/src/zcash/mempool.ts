import { randomBytes } from 'node:crypto';
import { displayHash } from '@adit/chain';
import { AditError, ByteReader, bigintFromBytes, tryDecodeHex } from '@adit/primitives';
import { type BlockTransaction, readBlockTransaction } from './block.ts';
import { type BlockEntry, type BlockTree, outpointKey } from './block-tree.ts';
import { checkPayment, isPayment, type PaymentRefusal, REFUSED } from './payments/payment-rules.ts';
import type { ConsensusRules } from './rules.ts';
import { p2pkhScript } from './scripts.ts';
import { encodeTransaction } from './transaction.ts';

export interface KnownTransaction extends BlockTransaction {
  /** Display order. */
  id: string;
  /** Zatoshi. */
  fee: bigint;
}

/**
 * Transactions that are remembered for reorganisations and late blocks: far more than the longest reorg of a devnet
 * needs.
 */
const MAX_KNOWN = 5_000;
/** Most transactions that wait in two devnets together. */
const MAX_SHARED = 200;

/** What the mempool says to a transaction that it is handed. */
export type PaymentVerdict =
  | { readonly kind: 'taken'; readonly id: string }
  | {
      readonly kind: 'refused';
      readonly cause: PaymentRefusal['cause'] | 'unreadable' | 'known' | 'mined' | 'conflict';
      readonly code: number;
      readonly message: string;
    };

/** Transactions that wait to be mined: made-up ones, and payments of wallets. All of them may stand in the next block. */
export class Mempool {
  readonly #wanted: number;
  readonly #rules: ConsensusRules;
  readonly #coinbaseMaturity: number;
  /** All recent transactions, mined or not, oldest first. */
  readonly #known = new Map<string, KnownTransaction>();
  #pending: KnownTransaction[] = [];
  /** Whether new transactions are made. False while another devnet makes them for both. */
  fills = true;
  #tree: BlockTree | undefined;
  /** Height of the next block. */
  #height = 0;

  /** @param wanted how many always wait */
  constructor(wanted: number, modules: { rules: ConsensusRules; coinbaseMaturity: number }) {
    this.#wanted = wanted;
    this.#rules = modules.rules;
    this.#coinbaseMaturity = modules.coinbaseMaturity;
  }

  get pending(): readonly KnownTransaction[] {
    return this.#pending;
  }

  get known(): Iterable<KnownTransaction> {
    return this.#known.values();
  }

  feeOf(id: string): bigint | undefined {
    return this.#known.get(id)?.fee;
  }

  /** A transaction that waits. @param id display order */
  waiting(id: string): KnownTransaction | undefined {
    return this.#pending.find((item) => item.id === id);
  }

  /** Takes a payment that keeps all rules and spends nothing that another one spends that waits. */
  take(raw: Uint8Array): PaymentVerdict {
    const tree = this.#tree;
    const item = readable(raw);
    if (tree === undefined || item === undefined || !isPayment(item.transaction))
      return { kind: 'refused', cause: 'unreadable', code: -22, message: 'TX decode failed' };
    const { id } = item;
    if (this.waiting(id) !== undefined)
      return { kind: 'refused', cause: 'known', code: -1, message: 'transaction already exists in mempool' };
    if (tree.branchHolds(tree.tip, id))
      return { kind: 'refused', cause: 'mined', code: REFUSED, message: 'transaction is already in state' };
    const checked = this.#check(item, tree);
    if ('cause' in checked) return { kind: 'refused', ...checked };
    if (this.#pending.some((other) => areRivals(item, other)))
      return {
        kind: 'refused',
        cause: 'conflict',
        code: REFUSED,
        message:
          'transaction did not pass consensus validation: another transaction in the mempool has already spent some of its inputs',
      };
    const taken = { ...item, fee: checked.fee };
    this.#remember(taken);
    this.#pending.push(taken);
    return { kind: 'taken', id };
  }

  /** Forgets the waiting payments, as a node does that starts anew. */
  dropPayments(): void {
    this.#pending = this.#pending.filter(({ transaction }) => !isPayment(transaction));
  }

  /** Drops the oldest waiting transaction that was made up, and adds new ones. */
  refresh(): void {
    const oldest = this.#pending.findIndex(({ transaction }) => !isPayment(transaction));
    if (this.fills && oldest >= 0) this.#pending.splice(oldest, 1);
    this.#fill();
  }

  /** Changes the order of the transactions, as Zebra does for a new template. With two or more it always differs. */
  shuffle(): void {
    const [first, ...rest] = this.#pending;
    if (first === undefined) return;
    const at = 1 + Math.floor(Math.random() * rest.length);
    this.#pending = [...rest.slice(0, at), first, ...rest.slice(at)];
  }

  /**
   * After the tip moved: drops transactions that are mined, expired or of another branch, and takes back orphaned ones.
   */
  follow(tree: BlockTree, oldTip: BlockEntry | undefined): void {
    const tip = tree.tip;
    this.#tree = tree;
    const orphaned: KnownTransaction[] = [];
    for (let at = oldTip; at !== undefined && !tree.onBestChain(at); at = at.parent) {
      for (const id of at.txids) {
        const transaction = this.#known.get(id);
        if (transaction !== undefined) orphaned.push(transaction);
      }
    }
    this.#height = tip.height + 1;
    const waiting = new Set([...orphaned, ...this.#pending]);
    this.#pending = [...waiting].filter((item) => this.#isGood(item) && !tree.branchHolds(tip, item.id));
    this.#dropRivals();
    this.#fill();
  }

  /** Of payments that spend the same, the first stays. */
  #dropRivals(): void {
    this.#pending = this.#pending.filter(
      (item, i) =>
        !isPayment(item.transaction) || !this.#pending.slice(0, i).some((other) => areRivals(item, other)),
    );
  }

  /**
   * Remembers transactions of another devnet, with their fees in decimal.
   * @throws AditError `ADIT_BAD_OPTION`, or what is wrong with the bytes
   */
  learn(transactions: readonly { readonly raw: string; readonly fee: string }[]): KnownTransaction[] {
    return transactions.map(({ raw, fee }) => {
      const bytes = tryDecodeHex(raw);
      if (bytes === undefined || !/^\d{1,18}$/.test(fee))
        throw new AditError('ADIT_BAD_OPTION', 'expected a transaction in hex, and its fee in decimal');
      const transaction = describe(bytes, BigInt(fee));
      const known = this.#known.get(transaction.id);
      if (known === undefined) this.#remember(transaction);
      return known ?? transaction;
    });
  }

  /** Makes the transactions that wait in another devnet wait here too; where this one makes none, only those. */
  share(transactions: readonly { readonly raw: string; readonly fee: string }[]): void {
    const theirs = this.learn(transactions.slice(0, MAX_SHARED));
    const own = this.#pending.filter((item) => this.fills || isPayment(item.transaction));
    const all = new Set([...own, ...theirs]);
    const tree = this.#tree;
    const held = (id: string) => tree?.branchHolds(tree.tip, id) ?? false;
    this.#pending = [...all].filter((item) => this.#isGood(item) && !held(item.id)).slice(0, MAX_SHARED);
    this.#dropRivals();
    this.#fill();
  }

  /** Restores the transactions of a saved state. */
  restore(transactions: readonly { raw: Uint8Array; fee: bigint; pending: boolean }[]): void {
    for (const { raw, fee, pending } of transactions) {
      const known = describe(raw, fee);
      this.#remember(known);
      if (pending) this.#pending.push(known);
    }
  }

  #fill(): void {
    const payments = this.#pending.filter(({ transaction }) => isPayment(transaction)).length;
    while (this.fills && this.#pending.length - payments < this.#wanted) {
      const made = this.#makeTransaction();
      this.#remember(made);
      this.#pending.push(made);
    }
  }

  #check(item: Pick<KnownTransaction, 'transaction'>, tree: BlockTree) {
    const { transaction } = item;
    return checkPayment(transaction, tree.tip, {
      tree,
      rules: this.#rules,
      coinbaseMaturity: this.#coinbaseMaturity,
    });
  }

  #isGood(item: KnownTransaction): boolean {
    const { transaction } = item;
    if (isPayment(transaction))
      return this.#tree !== undefined && !('cause' in this.#check(item, this.#tree));
    const { branchId, expiryHeight } = transaction;
    const alive = expiryHeight === 0 || expiryHeight >= this.#height;
    return alive && branchId === this.#rules.at(this.#height).branchId;
  }

  #makeTransaction(): KnownTransaction {
    const { branchId, expiryBlocks } = this.#rules.at(this.#height);
    const random = randomBytes(180);
    const raw = encodeTransaction({
      version: 5,
      branchId,
      lockTime: 0,
      expiryHeight: this.#height + expiryBlocks,
      inputs: [
        { prevout: random.subarray(0, 36), scriptSig: random.subarray(36, 142), sequence: 0xffff_fffe },
      ],
      outputs: [
        { value: bigintFromBytes(random.subarray(142, 146)), script: p2pkhScript(random.subarray(146, 166)) },
        { value: bigintFromBytes(random.subarray(166, 170)), script: p2pkhScript(random.subarray(160, 180)) },
      ],
    });
    // ZIP 317's least fee, plus a random part so that fees differ.
    return describe(raw, 10_000n + BigInt(random[0] ?? 0) * 20n);
  }

  #remember(transaction: KnownTransaction): void {
    this.#known.set(transaction.id, transaction);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size <= MAX_KNOWN) break;
      this.#known.delete(oldest);
    }
  }
}

/** Whether two transactions spend the same output. */
function areRivals(
  a: Pick<KnownTransaction, 'transaction'>,
  b: Pick<KnownTransaction, 'transaction'>,
): boolean {
  const spends = new Set(a.transaction.inputs.map(({ prevout }) => outpointKey(prevout)));
  return b.transaction.inputs.some(({ prevout }) => spends.has(outpointKey(prevout)));
}

/** A transaction of which nobody knows yet whether it is good. */
function readable(raw: Uint8Array): Omit<KnownTransaction, 'fee'> | undefined {
  try {
    const reader = new ByteReader(raw);
    const item = withId(readBlockTransaction(reader, raw));
    return reader.remaining === 0 ? item : undefined;
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

function describe(raw: Uint8Array, fee: bigint): KnownTransaction {
  return { ...withId(readBlockTransaction(new ByteReader(raw), raw)), fee };
}

function withId(item: BlockTransaction): Omit<KnownTransaction, 'fee'> {
  return { ...item, id: displayHash(item.txid) };
}
