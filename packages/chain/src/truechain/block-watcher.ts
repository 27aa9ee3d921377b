import { judgeByHighestTip, type PlaceOnChain } from '../highest-tip.ts';
import { MinedIndex, type MinedIndexNode, rangeOf, type Solved } from './mined-index.ts';
import type { TrueChainNode } from './node.ts';

/** What the watcher asks of a node. */
export type WatchedTrueChainNode = MinedIndexNode & Pick<TrueChainNode, 'snailRewardContent'>;

/** What a watcher of TrueChain's found blocks works with. */
export interface TrueChainWatcherModules<Found> {
  readonly nodes: readonly WatchedTrueChainNode[];
  /**
   * The solution behind a found block. The journal has its header and the digest of header and nonce, not the nonce: it is in the file
   * of the candidate. Undefined where that file is not there.
   */
  readonly solutionOf: (block: Found) => Promise<Solved | undefined>;
  /**
   * What the nodes said holds for this many milliseconds, also for the next blocks; by default each look asks them anew. A pool finds
   * hundreds of fruits beside the chain, and without this each of them costs three calls a look.
   */
  readonly freshMs?: number;
  /** Milliseconds that only grow. */
  readonly now?: () => number;
}

/** Where a solution is on the chain of one node. */
interface Seen {
  readonly node: WatchedTrueChainNode;
  readonly number: number;
}

/**
 * Watches found blocks and fruits of TrueChain for the ledger. The depth of a block, and of the block that holds a fruit, counts in
 * snail blocks; a reward is paid when 14 to 20 of them are on top.
 */
export class TrueChainBlockWatcher<Found> {
  readonly #modules: TrueChainWatcherModules<Found>;
  /** An index for each node: each has an opinion of its own. */
  readonly #indexes: readonly { readonly node: WatchedTrueChainNode; readonly index: MinedIndex }[];
  /** Ranges of snail blocks that were read since `#readAtMs`. A look of the ledger has few, so it is bounded by the time. */
  readonly #read = new Set<string>();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(modules: TrueChainWatcherModules<Found>) {
    this.#modules = modules;
    this.#indexes = modules.nodes.map((node) => ({ node, index: new MinedIndex([node]) }));
  }

  /** @returns undefined if no node answered, or the solution is not known. @throws what `solutionOf` throws */
  async place(block: Found): Promise<PlaceOnChain | undefined> {
    const solved = await this.#modules.solutionOf(block);
    if (solved === undefined) return undefined;
    const opinions = await this.#look(solved);
    // A solution that is on no chain could still come until the last block that can hold it.
    const { to } = rangeOf(solved);
    return judgeByHighestTip(
      opinions.map(({ opinion }) => opinion),
      to,
    );
  }

  /**
   * What the chain really pays for the block or fruit, in 10^-18 TRUE.
   * @returns null while it has not paid, or where no two answers of a node agree about whom it pays
   * @throws what `solutionOf` throws
   */
  async reward(block: Found): Promise<bigint | null> {
    const solved = await this.#modules.solutionOf(block);
    if (solved === undefined) return null;
    const seen = (await this.#look(solved)).flatMap(({ node, opinion }): readonly Seen[] =>
      opinion.state === 'best_chain' ? [{ node, number: opinion.tip - opinion.confirmations + 1 }] : [],
    );
    for (const one of seen) {
      try {
        const paid = await rewardAt(one, solved);
        if (paid !== undefined) return paid;
      } catch {
        // The next node may answer.
      }
    }
    return null;
  }

  /**
   * The work of a node does not say what it pays. It is known when the chain has paid, which is before the books credit it: the wallet has
   * it from then on.
   * @returns undefined until then. @throws what `solutionOf` throws
   */
  async expected(block: Found): Promise<bigint | undefined> {
    return (await this.reward(block)) ?? undefined;
  }

  async #look(solved: Solved) {
    await this.#refresh(solved);
    return this.#indexes.flatMap(({ node, index }) => {
      const { state, confirmations, answered, decided, tip } = index.find(solved);
      // A node that has not read all blocks that can hold it has no opinion yet.
      const isOpen = answered === 0 || (state !== 'best_chain' && !decided);
      return isOpen ? [] : [{ node, opinion: { state, confirmations, tip } }];
    });
  }

  async #refresh(solved: Solved): Promise<void> {
    const { freshMs = 0, now = () => performance.now() } = this.#modules;
    const atMs = now();
    if (atMs - this.#readAtMs >= freshMs) {
      this.#read.clear();
      this.#readAtMs = atMs;
    }
    const { from, to } = rangeOf(solved);
    // Miners that are not known need the coinbases of the nodes.
    const key = `${from}-${to} ${solved.miners.length > 0}`;
    if (freshMs > 0 && this.#read.has(key)) return;
    await Promise.all(this.#indexes.map(({ index }) => index.refresh([solved])));
    this.#read.add(key);
  }
}

/** @returns undefined while the chain has not paid, or where the parts do not fit */
async function rewardAt({ node, number }: Seen, solved: Solved): Promise<bigint | undefined> {
  const content = await node.snailRewardContent(number);
  const block = content === undefined ? undefined : await node.snailBlock(number, true);
  if (content === undefined || block === undefined) return undefined;
  if (solved.what === 'block')
    return block.nonce === solved.nonce && content.block.address === block.miner
      ? content.block.amount
      : undefined;
  // One part for each fruit, in the order in which the block lists them.
  const at = block.fruits.findIndex(
    ({ nonce, miner }) =>
      nonce === solved.nonce && (solved.miners.length === 0 || solved.miners.includes(miner)),
  );
  const [fruit, part] = [block.fruits[at], content.fruits[at]];
  const fits = content.fruits.length === block.fruits.length && part?.address === fruit?.miner;
  return fits ? part?.amount : undefined;
}
