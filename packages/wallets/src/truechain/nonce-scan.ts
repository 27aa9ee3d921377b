import { blockHashOf, noncesIn } from './true-answers.ts';
import type { TrueNode } from './true-node.ts';

/** Blocks of one batch of calls. Most fast blocks are nearly empty. */
const BATCH_BLOCKS = 32;
/** Blocks that one look reads at most: the rest follows in the next looks. */
const MOST_BLOCKS = 512;
/** Uses that are remembered. A batch has far fewer payments. */
const MOST_FOUND = 4_096;

/**
 * Reads the fast blocks of one node for transactions of an account. A payment is looked for so only where its nonce is used and no hash of
 * ours has a receipt: strangers can change the hash, and somebody else may have used the key.
 */
export class NonceScan {
  readonly #account: string;
  readonly #node: TrueNode;
  readonly #found = new Map<bigint, string>();
  /** The last block that was read. */
  #cursor: { readonly height: number; readonly hash: string } | undefined;
  #since = 0;

  constructor(account: string, node: TrueNode) {
    this.#account = account;
    this.#node = node;
  }

  /**
   * The hash under which a block of the node has a nonce.
   * @param since the first block that can have it
   * @returns undefined while the blocks to the tip are not all read, and if none of them has it
   * @throws as JsonRpcClient.batch
   */
  async find(nonce: bigint, since: number, tip: number): Promise<string | undefined> {
    const known = this.#found.get(nonce);
    if (known !== undefined) return known;
    if (this.#cursor === undefined || since < this.#since || !(await this.#isOnChain())) this.forget(since);
    const first = Math.max(this.#since, (this.#cursor?.height ?? -1) + 1);
    const last = Math.min(tip, first + MOST_BLOCKS - 1);
    for (let from = first; from <= last; from += BATCH_BLOCKS)
      await this.#read(from, Math.min(last, from + BATCH_BLOCKS - 1));
    return this.#found.get(nonce);
  }

  /** Begins anew: what was found is not on the chain any more. */
  forget(since = this.#since): void {
    this.#found.clear();
    this.#cursor = undefined;
    this.#since = since;
  }

  async #isOnChain(): Promise<boolean> {
    const cursor = this.#cursor;
    if (cursor === undefined) return true;
    const answer = await this.#node.call('etrue_getBlockByNumber', [writeHeight(cursor.height), false]);
    return blockHashOf(answer, cursor.height) === cursor.hash;
  }

  async #read(from: number, to: number): Promise<void> {
    const calls = Array.from({ length: to - from + 1 }, (_, i) => ({
      method: 'etrue_getBlockByNumber',
      params: [writeHeight(from + i), true],
    }));
    for (const [i, answer] of (await this.#node.batch(calls)).entries()) {
      if (answer instanceof Error) throw answer;
      const hash = blockHashOf(answer, from + i);
      if (hash === null) return;
      for (const { from: sender, nonce, txid } of noncesIn(answer))
        if (sender === this.#account && this.#found.size < MOST_FOUND) this.#found.set(nonce, txid);
      this.#cursor = { height: from + i, hash };
    }
  }
}

/** A height as nodes take it. */
export function writeHeight(height: number): string {
  return `0x${height.toString(16)}`;
}
