import type { SnailHeader } from './snail-header.ts';

/** `submitted`: proven. `elsewhere`: made here in the place of other miners, without a proof. */
export type Origin = 'submitted' | 'elsewhere';

/** A fruit of a devnet. */
export interface DevnetFruit {
  readonly header: SnailHeader;
  readonly hash: Uint8Array;
  readonly origin: Origin;
}

/** A fruit is dead when the block that would hold it is this far above the block that it points to. */
const FRUIT_FRESHNESS = 17;

/**
 * The fruits that wait for a snail block. A fruit covers one fast block, and blocks take fruits for consecutive fast
 * blocks, so the pool holds one fruit for each. `covered` is the last fast block that a snail block covers; the pool
 * holds fruits for at most `most` fast blocks after it.
 */
export class FruitPool {
  readonly #most: number;
  #fruits: Map<number, DevnetFruit>;

  constructor({ most }: { readonly most: number }, fruits: readonly DevnetFruit[] = []) {
    this.#most = most;
    this.#fruits = new Map(fruits.map((fruit) => [fruit.header.fastNumber, fruit]));
  }

  /** By the numbers of their fast blocks. */
  get fruits(): ReadonlyMap<number, DevnetFruit> {
    return this.#fruits;
  }

  /** The fruits that a block may take: for consecutive fast blocks, from the first one that is not covered. */
  ready(covered: number): readonly DevnetFruit[] {
    const fruits: DevnetFruit[] = [];
    for (let next = covered + 1; fruits.length < this.#most; next += 1) {
      const fruit = this.#fruits.get(next);
      if (fruit === undefined) break;
      fruits.push(fruit);
    }
    return fruits;
  }

  /** The first fast block that wants a fruit; 0 if there is none. */
  wanted(covered: number, fastHead: number): number {
    const last = Math.min(fastHead, covered + this.#most);
    for (let next = covered + 1; next <= last; next += 1) if (!this.#fruits.has(next)) return next;
    return 0;
  }

  /** False if the fast block is covered already, or if the fruit came too late or too early. */
  add(fruit: DevnetFruit, covered: number, snailHead: number): boolean {
    const { fastNumber } = fruit.header;
    const isWanted = fastNumber > covered && fastNumber <= covered + this.#most;
    if (!isWanted || this.#fruits.has(fastNumber) || isDead(fruit, snailHead)) return false;
    this.#fruits.set(fastNumber, fruit);
    return true;
  }

  /** Drops the fruits that no block can take any more. */
  drop(covered: number, snailHead: number): void {
    this.#fruits = new Map(
      [...this.#fruits].filter(([number, fruit]) => number > covered && !isDead(fruit, snailHead)),
    );
  }
}

function isDead({ header }: DevnetFruit, snailHead: number): boolean {
  return snailHead + 1 - header.pointerNumber > FRUIT_FRESHNESS;
}
