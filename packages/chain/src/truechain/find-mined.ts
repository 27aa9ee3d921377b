import type { TrueChainNode } from './node.ts';
import type { Fruit, SnailBlock } from './snail-block.ts';

/** A solution leaves no hash: only nonce and miner tell whose it was. */
export interface MinedBy {
  readonly nonce: bigint;
  /** The node's coinbase at the time; digits of either case. */
  readonly miner: string;
}

/** getWork and the number asked for beside it are a race: look a little on both sides. */
const BEFORE = 2;
const AFTER = 3;
/** A fruit that is not on the chain 17 snail blocks after its pointer never will be; the pointer lies 7 back. */
export const FRUIT_LIFE_BLOCKS = 17;

/**
 * The snail block with this nonce and miner on the node's best chain.
 * @param around number of the block that was being mined, as far as known
 */
export async function findBlock(
  node: TrueChainNode,
  wanted: MinedBy & { readonly around: number },
): Promise<SnailBlock | undefined> {
  for (let number = Math.max(1, wanted.around - BEFORE); number <= wanted.around + AFTER; number += 1) {
    const block = await node.snailBlock(number, false);
    if (block === undefined) return undefined;
    if (isBy(block, wanted)) return block;
  }
  return undefined;
}

/**
 * The fruit with this nonce and miner, and the snail block that holds it.
 * @param from first snail block to look into: the one being mined when the fruit was found
 * @param to last one; by default as far as a fruit can live. The search ends at the head of the chain
 */
export async function findFruit(
  node: TrueChainNode,
  wanted: MinedBy & { readonly from: number; readonly to?: number },
): Promise<{ readonly block: SnailBlock; readonly fruit: Fruit } | undefined> {
  const last = wanted.to ?? wanted.from + FRUIT_LIFE_BLOCKS;
  for (let number = Math.max(1, wanted.from); number <= last; number += 1) {
    const block = await node.snailBlock(number, true);
    if (block === undefined) return undefined;
    const fruit = block.fruits.find((item) => isBy(item, wanted));
    if (fruit !== undefined) return { block, fruit };
  }
  return undefined;
}

function isBy(item: { readonly nonce: bigint; readonly miner: string }, wanted: MinedBy): boolean {
  return item.nonce === wanted.nonce && item.miner === wanted.miner.toLowerCase();
}
