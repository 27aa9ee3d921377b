import type { ScannedBlock, TransactionPlace, Witness } from '@adit/money';
import type { Random } from './random.ts';
import { Away } from './sim-process.ts';

/** A transaction as it really is. */
export interface SimTransaction {
  readonly txid: string;
  /** The batch that it pays, by its mark; null for others. */
  readonly tag: string | null;
  readonly outputs: readonly { readonly receiver: string; readonly amount: bigint }[];
  readonly fee: bigint;
  readonly expiry: number;
  readonly builtAt: number;
  readonly raw: Uint8Array;
}

interface SimBlock extends ScannedBlock {
  readonly txids: readonly string[];
}

/** A second node that has been led onto a branch of its own. */
interface Branch {
  readonly from: number;
  readonly blocks: SimBlock[];
}

/** Deepest reorganisation of the world. */
export const DEEPEST_REORG = 12;
/** Chance that a block takes a transaction of the mempool, and that the mempool forgets one. */
const TAKEN = 0.8;
const EVICTED = 0.1;

/** The chain as it really is, and two nodes that look at it: the second one can lag, or be on a branch of its own. */
export class SimChain {
  readonly #random: Random;
  readonly #main: SimBlock[] = [];
  readonly #mempool = new Set<string>();
  /** Everything that ever left a wallet: whoever has the bytes can send them again. */
  readonly #broadcast = new Map<string, SimTransaction>();
  /** Height at which each transaction is in the main chain. */
  readonly #mined = new Map<string, number>();
  #branch: Branch | null = null;
  lag = 0;
  isAway = false;
  upgradeAt: number | null;
  #hashes = 0;

  constructor(random: Random, upgradeAt: number | null) {
    this.#random = random;
    this.upgradeAt = upgradeAt;
    for (let height = 0; height <= 200; height += 1) this.#main.push(this.#block(height, []));
  }

  get height(): number {
    return this.#main.length - 1;
  }

  get isForked(): boolean {
    return this.#branch !== null;
  }

  hashAt(height: number): string | undefined {
    return this.#main[height]?.hash;
  }

  /** Height at which the main chain has a transaction. */
  minedAt(txid: string): number | undefined {
    return this.#mined.get(txid);
  }

  /** Whether it can still be mined, as far as the deepest reorganisation goes. */
  isAlive({ txid, expiry }: SimTransaction): boolean {
    return this.#mined.has(txid) || expiry >= this.height - DEEPEST_REORG;
  }

  get transactions(): readonly SimTransaction[] {
    return [...this.#broadcast.values()];
  }

  receive(transaction: SimTransaction): void {
    this.#broadcast.set(transaction.txid, transaction);
    if (transaction.expiry > this.height && !this.#mined.has(transaction.txid))
      this.#mempool.add(transaction.txid);
  }

  mine(): void {
    const height = this.height + 1;
    const txids = [...this.#mempool].filter((txid) => this.#fits(txid, height) && this.#random.chance(TAKEN));
    this.#append(txids);
    for (const txid of this.#mempool)
      if (!this.#fits(txid, height + 1) || this.#random.chance(EVICTED)) this.#mempool.delete(txid);
    const branch = this.#branch;
    if (branch !== null && this.#random.chance(0.9)) {
      const above = branch.from + branch.blocks.length;
      const known = new Set(branch.blocks.flatMap((block) => block.txids));
      const own = [...this.#broadcast.keys()].filter(
        (txid) => !known.has(txid) && (this.#mined.get(txid) ?? Number.POSITIVE_INFINITY) >= branch.from,
      );
      const taken = own.filter((txid) => this.#isYoung(txid, above) && this.#random.chance(0.15));
      const previous = branch.blocks.at(-1)?.hash ?? this.#main[branch.from - 1]?.hash ?? '';
      branch.blocks.push(this.#block(above, taken, previous));
    }
  }

  /** Replaces the newest blocks by one more. What was in them may come back, and what had just expired may be mined after all. */
  reorganise(depth: number): void {
    const first = this.height - depth + 1;
    for (const { txids } of this.#main.splice(first)) {
      for (const txid of txids) {
        this.#mined.delete(txid);
        if (this.#random.chance(0.5)) this.#mempool.add(txid);
      }
    }
    for (let height = first; height <= first + depth; height += 1) {
      const old = [...this.#broadcast.keys()].filter(
        (txid) => this.#random.chance(0.3) || this.#mempool.has(txid),
      );
      this.#append(old.filter((txid) => this.#fits(txid, height)));
    }
    if (this.#branch !== null && this.#branch.from > first) this.#branch = null;
  }

  /** Leads the second node onto a branch, or brings it back. */
  fork(): void {
    this.#branch = { from: this.height - this.#random.below(3), blocks: [] };
  }

  rejoin(): void {
    this.#branch = null;
    this.lag = 0;
    this.isAway = false;
  }

  /** What two honest nodes say, as the ledger asks them. */
  witness(): Witness {
    return {
      configuredNodes: 2,
      tip: async () => {
        const height = this.#agreedHeight();
        const hash = height === undefined ? undefined : this.hashAt(height);
        return height === undefined || hash === undefined ? undefined : { height, hash };
      },
      hashesAt: async (height) => [
        { node: 'one', hash: this.hashAt(height) ?? null },
        { node: 'two', hash: this.#second(height)?.hash ?? null },
      ],
      place: async (txid) => this.#place(txid),
      blocks: async (from, to) => {
        if (to > this.height) throw new Away('the node is not there yet');
        return this.#main.slice(from, to + 1);
      },
      nextUpgrade: async () =>
        this.upgradeAt !== null && this.upgradeAt > this.height ? this.upgradeAt : null,
    };
  }

  /** The same by the second node alone: only a mutant asks so. */
  secondAlone(): Witness {
    const top = () =>
      this.#branch === null ? this.height - this.lag : this.#branch.from + this.#branch.blocks.length - 1;
    const hashAt = (height: number) => this.#second(height)?.hash ?? null;
    return {
      configuredNodes: 2,
      tip: async () => ({ height: top(), hash: hashAt(top()) ?? '' }),
      hashesAt: async (height) => ['one', 'two'].map((node) => ({ node, hash: hashAt(height) })),
      place: async (txid) => {
        const at = this.#secondPlace(txid);
        const block = at === undefined ? undefined : this.#second(at);
        if (block === undefined) return { kind: 'absent' };
        const fee = this.#broadcast.get(txid)?.fee ?? null;
        return {
          kind: 'mined',
          height: block.height,
          hash: block.hash,
          depth: top() - block.height + 1,
          fee,
        };
      },
      blocks: async (from, to) => {
        const blocks: SimBlock[] = [];
        for (let height = from; height <= to; height += 1) {
          const block = this.#second(height);
          if (block === undefined) throw new Away('the node is not there yet');
          blocks.push(block);
        }
        return blocks;
      },
      nextUpgrade: async () => null,
    };
  }

  #place(txid: string): TransactionPlace {
    if (this.isAway) return { kind: 'unsure' };
    const first = this.#mined.get(txid);
    const second = this.#secondPlace(txid);
    if (first === undefined && second === undefined) return { kind: 'absent' };
    const block = first === undefined ? undefined : this.#main[first];
    if (first !== second || block === undefined || this.#second(first ?? 0)?.hash !== block.hash)
      return { kind: 'unsure' };
    const depth = (this.#agreedHeight() ?? 0) - block.height + 1;
    const fee = this.#broadcast.get(txid)?.fee ?? null;
    return depth < 1
      ? { kind: 'unsure' }
      : { kind: 'mined', height: block.height, hash: block.hash, depth, fee };
  }

  #agreedHeight(): number | undefined {
    if (this.isAway) return undefined;
    return this.#branch === null ? this.height - this.lag : Math.min(this.#branch.from - 1, this.height);
  }

  #second(height: number): SimBlock | undefined {
    if (this.isAway) return undefined;
    const branch = this.#branch;
    if (branch !== null && height >= branch.from) return branch.blocks[height - branch.from];
    return branch === null && height > this.height - this.lag ? undefined : this.#main[height];
  }

  #secondPlace(txid: string): number | undefined {
    const own = this.#branch?.blocks.find((block) => block.txids.includes(txid))?.height;
    if (own !== undefined) return own;
    const main = this.#mined.get(txid);
    return main !== undefined && this.#second(main)?.txids.includes(txid) === true ? main : undefined;
  }

  #fits(txid: string, height: number): boolean {
    return !this.#mined.has(txid) && this.#isYoung(txid, height);
  }

  #isYoung(txid: string, height: number): boolean {
    const transaction = this.#broadcast.get(txid);
    if (transaction === undefined || height > transaction.expiry) return false;
    // Bytes of the old rules are void from the upgrade on.
    return this.upgradeAt === null || height < this.upgradeAt || transaction.builtAt >= this.upgradeAt;
  }

  #append(txids: readonly string[]): void {
    const height = this.height + 1;
    for (const txid of txids) {
      this.#mined.set(txid, height);
      this.#mempool.delete(txid);
    }
    this.#main.push(this.#block(height, txids));
  }

  #block(height: number, txids: readonly string[], previous = this.#main[height - 1]?.hash ?? ''): SimBlock {
    this.#hashes += 1;
    return { height, hash: `block-${this.#hashes}`, previous, txids };
  }
}
