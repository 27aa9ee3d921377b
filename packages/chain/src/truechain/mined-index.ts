import { encodeHex } from '@adit/primitives';
import { type ChainOpinion, type Confirmation, judgeByMajority } from '../majority.ts';
import { Patience } from '../patience.ts';
import type { TrueChainNode } from './node.ts';
import type { SnailBlock } from './snail-block.ts';

/** A solution to look for. It has no hash: only nonce and miner identify it. */
export interface Solved {
  readonly what: 'block' | 'fruit';
  readonly nonce: bigint;
  /** Coinbases that the node may have had then, 0x and 40 lower-case digits. Any of them matches. */
  readonly miners: readonly string[];
  /** Number of the snail block that was being mined. It may be a few blocks too low. */
  readonly around: number;
}

/**
 * The work and the number beside it come from two calls, between which a block may arrive: look a little on both sides.
 */
const BEFORE = 2;
const AFTER = 3;
/** A fruit dies if it is not on the chain 17 snail blocks after its pointer. The pointer lies 7 blocks back. */
export const FRUIT_LIFE_BLOCKS = 17;
/**
 * Confirmations after which the chain itself considers a block final. Blocks deeper than this are not asked for again.
 */
const SETTLED_BLOCKS = 12;
/** New blocks asked for in one look. After a long pause the rest follows in the next looks. */
const MAX_NEW = 128;
/** Blocks kept: about one day. Each has up to 600 fruits, some 40 KB. */
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
  /** The look under way. It may have begun in an earlier `refresh`. */
  learning: Promise<true> | undefined;
}

/** The numbers of the snail blocks that can hold a solution. */
export function rangeOf({ what, around }: Solved): { readonly from: number; readonly to: number } {
  return what === 'block'
    ? { from: Math.max(1, around - BEFORE), to: around + AFTER }
    : { from: Math.max(1, around - 1), to: around + FRUIT_LIFE_BLOCKS };
}

/**
 * Finds where solutions are on the chain, any number of them at once. Each node is asked for each new snail block once,
 * and for the hashes of the blocks that a reorganisation may still replace.
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

  /** The snail height that more than half of the nodes had reached, of those that answered the last look. */
  get head(): number | undefined {
    const heads = this.#chains.flatMap(({ head }) => (head === undefined ? [] : [head]));
    return heads.toSorted((a, b) => b - a)[Math.floor(heads.length / 2)];
  }

  /**
   * Reads the new blocks that can hold the wanted solutions. Never rejects: a node that cannot be asked, or takes too
   * long ({@link Patience}), has no vote. Its reading goes on in the background for the next look.
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
   * Where a solution stands by the last `refresh`, decided by the majority of the nodes. A node votes against it only
   * when it has all blocks that can hold it, and twelve confirmations on top.
   */
  find(solved: Solved): Confirmation {
    const { to } = rangeOf(solved);
    const opinions = this.#chains.flatMap((chain) => {
      const opinion = opinionOf(chain, solved, this.#coinbases());
      return opinion === undefined ? [] : [opinion];
    });
    return judgeByMajority(opinions, this.#chains.length, to + SETTLED_BLOCKS);
  }

  /** Present coinbases of the nodes, for solutions whose miners were not recorded. */
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
  // The oldest entries, which are the lowest blocks, go first.
  for (const oldest of blocks.keys()) {
    if (blocks.size <= MAX_KEPT) break;
    blocks.delete(oldest);
  }
  chain.head = head;
  return true;
}

/** Drops the blocks that a reorganisation may have replaced, so that they are read again. */
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

/** The numbers of all blocks that can hold one of these, each once, the lowest first. */
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
    // This block has not been read yet, so the node has no opinion.
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
