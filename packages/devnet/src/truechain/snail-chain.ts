import { AditError, concatBytes, encodeHex, equalBytes } from '@adit/primitives';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { headOf, isBetter, isConnected } from './branch.ts';
import {
  type DifficultyOptions,
  fruitDifficultyFor,
  initialDifficulty,
  nextDifficulty,
} from './difficulty.ts';
import { FastChain } from './fast-chain.ts';
import { type DevnetFruit, FruitPool, type Origin } from './fruit-pool.ts';
import type { SyntheticPast } from './past.ts';
import { type PaidReward, rewardAmounts } from './reward-rules.ts';
import { hashOfHeader, type SnailHeader, ZERO_HASH } from './snail-header.ts';

/** A snail block of a devnet. */
export interface DevnetBlock {
  readonly header: SnailHeader;
  readonly hash: Uint8Array;
  readonly fruits: readonly DevnetFruit[];
  readonly origin: Origin;
}

/** What a restart needs to continue the chain. */
export interface SnailChainState {
  readonly genesisMs: number;
  /** Numbers of fast blocks from which on reorganisations replaced them. */
  readonly replaced?: readonly number[];
  readonly blocks: readonly DevnetBlock[];
  readonly pool: readonly DevnetFruit[];
  readonly rewards: readonly PaidReward[];
}

export interface SnailChainOptions extends DifficultyOptions {
  readonly coinbase: Uint8Array;
  readonly fastBlockSeconds: number;
  readonly fastBacklog: number;
  readonly minimumFruits: number;
  readonly maximumFruits: number;
  readonly rewardDelay: number;
}

/** What is to be mined next. The header has no nonce and no mix yet. */
export interface Template {
  readonly header: SnailHeader;
  /** Fruits of the block. Empty while there are fewer than the minimum: then no block can be made. */
  readonly fruits: readonly DevnetFruit[];
}

/** Eleven days at ten seconds a block. After that a devnet must be started anew. */
const MAX_BLOCKS = 100_000;
/** A fruit points to the block this far below the head. */
const POINTER_DEPTH = 7;
const ELSEWHERE_MINER = new Uint8Array(20).fill(0xe1);

/** The snail blocks, the fast blocks that their fruits cover, and the fruits that wait. It checks no proofs. */
export class SnailChain {
  readonly #options: SnailChainOptions;
  readonly #past: SyntheticPast;
  readonly #now: () => number;
  readonly fast: FastChain;
  #blocks: DevnetBlock[];
  readonly #pool: FruitPool;
  readonly #rewards: Map<number, PaidReward>;
  #made = 0;
  #coinbase: Uint8Array;
  #template: { readonly key: string; readonly value: Template } | undefined;

  constructor(options: SnailChainOptions, past: SyntheticPast, now: () => number, state?: SnailChainState) {
    this.#options = options;
    this.#coinbase = options.coinbase;
    this.#past = past;
    this.#now = now;
    const { fastBlockSeconds, fastBacklog } = options;
    const genesisMs = state?.genesisMs ?? now() - fastBacklog * fastBlockSeconds * 1000;
    const origin = past.hash(0) ?? ZERO_HASH;
    this.fast = new FastChain({ fastBlockSeconds, genesisMs, origin }, now, state?.replaced);
    this.#blocks = [...(state?.blocks ?? [])];
    this.#pool = new FruitPool({ most: options.maximumFruits }, state?.pool);
    this.#rewards = new Map((state?.rewards ?? []).map((reward) => [reward.snailNumber, reward]));
  }

  get head(): number {
    return this.#past.last + this.#blocks.length;
  }

  get headHash(): Uint8Array {
    return this.hashOf(this.head) ?? ZERO_HASH;
  }

  /** Address that new headers pay, 20 bytes. */
  get coinbase(): Uint8Array {
    return this.#coinbase;
  }

  set coinbase(address: Uint8Array) {
    this.#coinbase = address;
  }

  /** Number of the newest fast block. */
  get fastHead(): number {
    return this.fast.head;
  }

  /** When the fast chain began, in milliseconds since 1970. */
  get genesisMs(): number {
    return this.fast.genesisMs;
  }

  get fruitsInPool(): readonly DevnetFruit[] {
    return [...this.#pool.fruits.values()];
  }

  /** At most `count` blocks from a number on, none of the synthetic past. */
  blocksFrom(number: number, count: number): readonly DevnetBlock[] {
    const first = Math.max(0, number - this.#past.last - 1);
    return this.#blocks.slice(first, first + count);
  }

  /** The devnet that is followed has paid this reward with another fast block. */
  moveReward({ snailNumber, ...paid }: Pick<PaidReward, 'snailNumber' | 'fastNumber' | 'time'>): void {
    const reward = this.#rewards.get(snailNumber);
    if (reward !== undefined) this.#rewards.set(snailNumber, { ...reward, ...paid });
  }

  get waitingFruits(): number {
    return this.#pool.fruits.size;
  }

  get rewards(): readonly PaidReward[] {
    return [...this.#rewards.values()];
  }

  hashOf(number: number): Uint8Array | undefined {
    return this.#past.hash(number) ?? this.#blocks[number - this.#past.last - 1]?.hash;
  }

  blockAt(number: number): DevnetBlock | undefined {
    const mined = this.#blocks[number - this.#past.last - 1];
    if (mined !== undefined) return mined;
    const hash = this.#past.hash(number);
    if (hash === undefined) return undefined;
    return { header: this.#past.header(number), hash, fruits: [], origin: 'elsewhere' };
  }

  blockWithHash(hash: Uint8Array): DevnetBlock | undefined {
    return this.#blocks.findLast((block) => equalBytes(block.hash, hash));
  }

  /** The snail block and the fruit in it that cover a fast block. */
  fruitFor(fastNumber: number): { block: DevnetBlock; fruit: DevnetFruit } | undefined {
    for (const block of this.#blocks.toReversed()) {
      const fruit = block.fruits.find((item) => item.header.fastNumber === fastNumber);
      if (fruit !== undefined) return { block, fruit };
    }
    return undefined;
  }

  rewardOf(snailNumber: number): PaidReward | undefined {
    return this.#rewards.get(snailNumber);
  }

  /**
   * The template; the same object until something changes. `undefined` if there is neither a fruit nor a block to mine.
   */
  template(): Template | undefined {
    const ready = this.#pool.ready(this.#lastCovered());
    const fruits = ready.length >= this.#options.minimumFruits ? ready : [];
    const fastNumber = this.#pool.wanted(this.#lastCovered(), this.fastHead);
    if (fruits.length === 0 && fastNumber === 0) return undefined;
    if (this.#blocks.length >= MAX_BLOCKS) return undefined;
    const fruitDifficulty = this.#fruitDifficulty(fastNumber);
    const key = `${encodeHex(this.#coinbase)}/${encodeHex(this.headHash)}/${fastNumber}/${fruitDifficulty}/${fruits.map((fruit) => encodeHex(fruit.hash)).join()}`;
    if (this.#template?.key !== key) {
      const header = this.#header(this.#coinbase, fastNumber, fruits);
      this.#template = { key, value: { header, fruits } };
    }
    return this.#template.value;
  }

  /** Takes a fruit into the pool. False if its fast block is covered already, or if it came too late. */
  addFruit(header: SnailHeader, origin: Origin): boolean {
    return this.#pool.add({ header, hash: hashOfHeader(header), origin }, this.#lastCovered(), this.head);
  }

  /** Adds a block on top. False if it does not follow the head, and would only be a sibling. */
  append(header: SnailHeader, fruits: readonly DevnetFruit[], origin: Origin): boolean {
    if (header.number !== this.head + 1 || !equalBytes(header.parentHash, this.headHash)) return false;
    this.#blocks.push({ header, hash: hashOfHeader(header), fruits, origin });
    this.#pool.drop(this.#lastCovered(), this.head);
    this.#payRewards();
    return true;
  }

  /**
   * Takes a branch of another devnet of this chain, if it is better than the own one: longer, or equally long with the
   * smaller hash at its head.
   * @returns the blocks that are orphans now, oldest first; undefined where the branch was not taken
   * @throws AditError `ADIT_UNKNOWN_PARENT` unless the branch is connected, and begins on a block of this chain
   */
  adopt(branch: readonly DevnetBlock[]): readonly DevnetBlock[] | undefined {
    const first = branch[0]?.header.number;
    const theirs = headOf(branch);
    if (first === undefined || theirs === undefined) return undefined;
    if (!isBetter(theirs, { head: this.head, headHash: encodeHex(this.headHash) })) return undefined;
    if (first <= this.#past.last || !isConnected(branch, this.hashOf(first - 1)))
      throw new AditError('ADIT_UNKNOWN_PARENT', 'the branch of another devnet does not begin on this chain');
    const kept = first - this.#past.last - 1;
    const orphans = this.#blocks.slice(kept);
    this.#blocks = this.#blocks.slice(0, kept);
    for (const paid of [...this.#rewards.keys()]) if (paid >= first) this.#rewards.delete(paid);
    for (const { header, fruits, origin } of branch) this.append(header, fruits, origin);
    return orphans;
  }

  /** Adds a block of another miner, with the fruits that wait, and made-up fruits up to the minimum. */
  mineElsewhere(): DevnetBlock {
    const first = this.#lastCovered() + 1;
    const last = Math.min(this.fastHead, first + this.#options.maximumFruits - 1);
    const ready = this.#pool.ready(this.#lastCovered()).length;
    const end = Math.min(last, first + Math.max(ready, this.#options.minimumFruits) - 1);
    return this.#makeBlock(first, end, this.#pool.fruits);
  }

  /**
   * Replaces the last `depth` blocks by others and adds one more.
   * @param keepFruits true: the new branch holds the same fruits; false: others for the same fast blocks
   * @returns the blocks that are orphans now, oldest first
   * @throws AditError `ADIT_REORG_TOO_DEEP` if it would replace a block of the past, or one whose reward is paid
   */
  reorg(depth: number, keepFruits: boolean): readonly DevnetBlock[] {
    const most = Math.min(this.#blocks.length, this.#options.rewardDelay - 1);
    if (!Number.isInteger(depth) || depth < 1 || depth > most) {
      throw new AditError('ADIT_REORG_TOO_DEEP', `depth must be an integer from 1 to ${most} at this height`);
    }
    const orphans = this.#blocks.slice(-depth);
    this.#blocks = this.#blocks.slice(0, -depth);
    for (const orphan of orphans) {
      const kept = new Map(
        keepFruits ? orphan.fruits.map((fruit) => [fruit.header.fastNumber, fruit]) : undefined,
      );
      const first = orphan.fruits[0]?.header.fastNumber ?? this.#lastCovered() + 1;
      this.#makeBlock(first, first + orphan.fruits.length - 1, kept);
    }
    this.mineElsewhere();
    return orphans;
  }

  exportState(): SnailChainState {
    return structuredClone({
      genesisMs: this.fast.genesisMs,
      replaced: this.fast.replaced,
      blocks: this.#blocks,
      pool: [...this.#pool.fruits.values()],
      rewards: this.rewards,
    });
  }

  #makeBlock(first: number, last: number, known: ReadonlyMap<number, DevnetFruit>): DevnetBlock {
    const fruits: DevnetFruit[] = [];
    for (let fastNumber = first; fastNumber <= last; fastNumber += 1) {
      const header = this.#seal(this.#header(ELSEWHERE_MINER, fastNumber, []));
      fruits.push(known.get(fastNumber) ?? { header, hash: hashOfHeader(header), origin: 'elsewhere' });
    }
    const header = this.#seal(this.#header(ELSEWHERE_MINER, 0, fruits));
    const block: DevnetBlock = { header, hash: hashOfHeader(header), fruits, origin: 'elsewhere' };
    this.append(header, fruits, 'elsewhere');
    return block;
  }

  /** Gives a header a nonce that no other header made here has. */
  #seal(header: SnailHeader): SnailHeader {
    this.#made += 1;
    return { ...header, nonce: BigInt(this.#made), mixDigest: ZERO_HASH };
  }

  #header(coinbase: Uint8Array, fastNumber: number, fruits: readonly DevnetFruit[]): SnailHeader {
    const pointerNumber = Math.max(0, this.head - POINTER_DEPTH);
    const difficulty = this.#difficulty();
    return {
      parentHash: this.headHash,
      coinbase,
      pointerHash: this.hashOf(pointerNumber) ?? ZERO_HASH,
      pointerNumber,
      // A real node takes the root of a trie. Here it only matters that the hash binds the fruits.
      fruitsHash: keccak_256(concatBytes(...fruits.map((fruit) => fruit.hash))),
      fastHash: fastNumber === 0 ? ZERO_HASH : this.fast.hashOf(fastNumber),
      fastNumber,
      signHash: ZERO_HASH,
      difficulty,
      fruitDifficulty: this.#fruitDifficulty(fastNumber),
      number: this.head + 1,
      publicKey: new Uint8Array(0),
      time: Math.floor(this.#now() / 1000),
      extra: new Uint8Array(0),
      mixDigest: ZERO_HASH,
      nonce: 0n,
    };
  }

  #difficulty(): bigint {
    const top = this.#blocks.at(-1);
    if (top === undefined) return initialDifficulty(this.#options);
    // Made-up blocks come on request, so their times say nothing about the difficulty.
    if (top.origin === 'elsewhere') return top.header.difficulty;
    const intervals: number[] = [];
    // A few more than the window, because made-up blocks are left out.
    for (const [index, block] of this.#blocks.slice(-20).entries()) {
      const before = this.#blocks[Math.max(0, this.#blocks.length - 20) + index - 1];
      if (block.origin === 'submitted' && before !== undefined) {
        intervals.push(block.header.time - before.header.time);
      }
    }
    return nextDifficulty(top.header.difficulty, intervals, this.#options);
  }

  #fruitDifficulty(fastNumber: number): bigint {
    const bornMs = this.fast.genesisMs + fastNumber * this.#options.fastBlockSeconds * 1000;
    const waited = fastNumber === 0 ? 0 : (this.#now() - bornMs) / 1000;
    return fruitDifficultyFor(this.#difficulty(), waited, this.#options);
  }

  #lastCovered(): number {
    return this.#blocks.findLast((block) => block.fruits.length > 0)?.fruits.at(-1)?.header.fastNumber ?? 0;
  }

  #payRewards(): void {
    const snailNumber = this.head - this.#options.rewardDelay;
    const block = this.#blocks[snailNumber - this.#past.last - 1];
    if (block === undefined || this.#rewards.has(snailNumber)) return;
    this.#rewards.set(snailNumber, {
      snailNumber,
      fastNumber: this.fastHead,
      time: Math.floor(this.#now() / 1000),
      amounts: rewardAmounts(snailNumber, block.fruits.length),
    });
  }
}
