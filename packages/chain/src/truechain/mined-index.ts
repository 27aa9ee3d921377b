import { encodeHex } from '@adit/primitives';
import { type ChainOpinion, type Confirmation, judgeByMajority } from '../majority.ts';
import { Patience } from '../patience.ts';
import type { TrueChainNode } from './node.ts';
import type { SnailBlock } from './snail-block.ts';

/** A solution leaves no hash: only nonce and miner tell whose it was. */
export interface Solved {
  readonly what: 'block' | 'fruit';
  readonly nonce: bigint;
  /** The node's coinbase at the time, 0x and 40 lower-case digits; any of these. */
  readonly miners: readonly string[];
  /** Number of the snail block that was being mined, as far as known: it may lag by a few. */
  readonly around: number;
}

/** getWork and the number asked for beside it are a race: look a little on both sides. */
const BEFORE = 2;
const AFTER = 3;
/** A fruit that is not on the chain 17 snail blocks after its pointer never will be; the pointer lies 7 back. */
export const FRUIT_LIFE_BLOCKS = 17;
/** The chain itself counts on so many confirmations; a block below them is not asked for again. */
export const SETTLED_BLOCKS = 12;
/** Asked for at one look; after a long pause the rest follows at the next ones. */
const MAX_NEW = 128;
/** Blocks kept: of a day with one every few minutes. Of each up to 600 fruits, some 40 KB. */
const MAX_KEPT = 256;

/** What a {@link MinedIndex} needs of a node. */
export type MinedIndexNode = Pick<
  TrueChainNode,
  'name' | 'snailNumber' | 'snailBlock' | 'snailHashes' | 'coinbase'
>;

interface KnownBlock {
  readonly hash: string;
  /** Nonce and miner of the block, and of each fruit in it. */
  readonly block: string;
  readonly fruits: ReadonlySet<string>;
}

/** What is known of one node's chain. */
interface Chain {
  readonly node: MinedIndexNode;
  readonly blocks: Map<number, KnownBlock>;
  head: number | undefined;
  coinbase: string | undefined;
  /** The look that is under way, perhaps since the one before. */
  learning: Promise<true> | undefined;
}

/** The snail blocks in which a solution can be. */
export function rangeOf({ what, around }: Solved): { readonly from: number; readonly to: number } {
  return what === 'block'
    ? { from: Math.max(1, around - BEFORE), to: around + AFTER }
    : { from: Math.max(1, around - 1), to: around + FRUIT_LIFE_BLOCKS };
}

/**
 * Where solutions are on the chain, for any number of them at once: each node is asked for each new snail block
 * once, and for the hashes of those that a reorganisation may still replace.
 */
export class MinedIndex {
  readonly #chains: readonly Chain[];
  readonly #patience = new Patience<Chain>();

  constructor(nodes: readonly MinedIndexNode[]) {
    this.#chains = nodes.map((node) => ({
      node,
      blocks: new Map(),
      head: undefined,
      coinbase: undefined,
      learning: undefined,
    }));
  }

  /** Height of the newest snail block by the last look, that more than half of those who answered have reached. */
  get head(): number | undefined {
    const heads = this.#chains.flatMap(({ head }) => (head === undefined ? [] : [head]));
    return heads.toSorted((a, b) => b - a)[Math.floor(heads.length / 2)];
  }

  /**
   * Learns what is new in the blocks in which these can be. Never rejects: a node that cannot be asked has no vote, nor
   * has one that is waited for in vain ({@link Patience}); that one goes on learning for the next look.
   */
  async refresh(wanted: readonly Solved[]): Promise<void> {
    this.#patience.begin();
    const learnt = await this.#patience.ask(this.#chains, (chain) => {
      chain.learning ??= learn(chain, wanted).finally(() => {
        chain.learning = undefined;
      });
      return chain.learning;
    });
    for (const [index, chain] of this.#chains.entries())
      if (learnt[index] === undefined) chain.head = undefined;
  }

  /**
   * Where a solution stands by the last `refresh`, decided by the majority of the nodes. A node that has not come to
   * the end of the blocks in which it can be, twelve confirmations included, says nothing against it.
   */
  find(solved: Solved): Confirmation {
    const { to } = rangeOf(solved);
    const opinions = this.#chains.flatMap((chain) => {
      const opinion = opinionOf(chain, solved, this.#coinbases());
      return opinion === undefined ? [] : [opinion];
    });
    return judgeByMajority(opinions, this.#chains.length, to + SETTLED_BLOCKS);
  }

  /** Of the nodes as they are now: for solutions of which nobody kept for whom they were made. */
  #coinbases(): readonly string[] {
    return this.#chains.flatMap(({ coinbase }) => (coinbase === undefined ? [] : [coinbase]));
  }
}

async function learn(chain: Chain, wanted: readonly Solved[]): Promise<true> {
  const { node, blocks } = chain;
  const head = await node.snailNumber();
  if (wanted.some(({ miners }) => miners.length === 0)) chain.coinbase = await node.coinbase();
  await forgetReplaced(chain, head);
  let left = MAX_NEW;
  for (const number of numbersOf(wanted, head)) {
    if (blocks.has(number)) continue;
    if (left === 0) break;
    left -= 1;
    const block = await node.snailBlock(number, true);
    if (block === undefined) break;
    blocks.set(number, known(block));
  }
  // Those looked into longest ago, which are the lowest.
  for (const oldest of blocks.keys()) {
    if (blocks.size <= MAX_KEPT) break;
    blocks.delete(oldest);
  }
  chain.head = head;
  return true;
}

/** What a reorganisation replaced is asked for anew. */
async function forgetReplaced({ node, blocks }: Chain, head: number): Promise<void> {
  for (const number of blocks.keys()) if (number > head) blocks.delete(number);
  const recent = [...blocks.keys()].filter((number) => number > head - SETTLED_BLOCKS - FRUIT_LIFE_BLOCKS);
  if (recent.length === 0) return;
  const first = Math.min(...recent);
  const hashes = await node.snailHashes(first, Math.max(...recent) - first + 1);
  for (const number of recent) {
    const hash = hashes[number - first];
    if (hash === undefined || encodeHex(hash) !== blocks.get(number)?.hash) blocks.delete(number);
  }
}

/** The numbers of all blocks in which one of these can be, each once, the lowest first. */
function numbersOf(wanted: readonly Solved[], head: number): readonly number[] {
  const numbers = new Set<number>();
  for (const range of new Map(wanted.map((one) => [`${one.what}${one.around}`, rangeOf(one)])).values()) {
    for (let number = range.from; number <= Math.min(range.to, head); number += 1) numbers.add(number);
  }
  return [...numbers].sort((a, b) => a - b);
}

function opinionOf(
  { blocks, head }: Chain,
  solved: Solved,
  coinbases: readonly string[],
): ChainOpinion | undefined {
  if (head === undefined) return undefined;
  const miners = solved.miners.length === 0 ? coinbases : solved.miners;
  const keys = miners.map((miner) => keyOf(solved.nonce, miner));
  const { from, to } = rangeOf(solved);
  for (let number = from; number <= Math.min(to, head); number += 1) {
    const block = blocks.get(number);
    // It has not been looked into yet, so nothing can be said.
    if (block === undefined) return undefined;
    const found = keys.some((key) => (solved.what === 'block' ? block.block === key : block.fruits.has(key)));
    if (found) return { tip: head, state: 'best_chain', confirmations: head - number + 1 };
  }
  return { tip: head, state: 'unknown', confirmations: 0 };
}

function known(block: SnailBlock): KnownBlock {
  return {
    hash: encodeHex(block.hash),
    block: keyOf(block.nonce, block.miner),
    fruits: new Set(block.fruits.map(({ nonce, miner }) => keyOf(nonce, miner))),
  };
}

function keyOf(nonce: bigint, miner: string): string {
  return `${nonce.toString(16)}/${miner.toLowerCase()}`;
}
