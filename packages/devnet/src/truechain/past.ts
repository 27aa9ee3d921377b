import { hashOfHeader, type SnailHeader, ZERO_HASH } from './snail-header.ts';

/**
 * Spring of 2019. It is fixed, so that every start makes the same past, with ten minutes a block as on the real chain.
 */
const GENESIS_TIME = 1_553_000_000;
const SECONDS_PER_BLOCK = 600;
const PAST_MINER = new Uint8Array(20).fill(0x0a);
const PAST_DIFFICULTY = 134_217_728n;

/**
 * The synthetic snail blocks 0 to `last` that a devnet begins on, so that it can start shortly before an epoch. Each
 * hash really is that of its header, which names its parent, so all seeds follow from `salt` alone. The blocks hold no
 * fruits. Only their hashes are kept: 32 bytes a block.
 */
export class SyntheticPast {
  readonly last: number;
  readonly #salt: Uint8Array;
  readonly #hashes: Uint8Array;

  /** Takes about 30 microseconds a block. */
  constructor(last: number, salt: string) {
    this.last = last;
    this.#salt = new TextEncoder().encode(salt);
    this.#hashes = new Uint8Array(32 * (last + 1));
    for (let number = 0; number <= last; number += 1) {
      this.#hashes.set(hashOfHeader(this.header(number)), 32 * number);
    }
  }

  /** 32 bytes; `undefined` beyond the past. */
  hash(number: number): Uint8Array | undefined {
    if (number < 0 || number > this.last) return undefined;
    return this.#hashes.slice(32 * number, 32 * number + 32);
  }

  header(number: number): SnailHeader {
    return {
      parentHash: this.hash(number - 1) ?? ZERO_HASH,
      coinbase: PAST_MINER,
      pointerHash: ZERO_HASH,
      pointerNumber: 0,
      fruitsHash: ZERO_HASH,
      fastHash: ZERO_HASH,
      fastNumber: 0,
      signHash: ZERO_HASH,
      difficulty: PAST_DIFFICULTY,
      fruitDifficulty: PAST_DIFFICULTY / 600n,
      number,
      publicKey: new Uint8Array(0),
      time: GENESIS_TIME + SECONDS_PER_BLOCK * number,
      extra: this.#salt,
      mixDigest: ZERO_HASH,
      nonce: 0n,
    };
  }
}
