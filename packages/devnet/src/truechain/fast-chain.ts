import { AditError } from '@adit/primitives';
import { encodeRlp } from '@adit/wallets';
import { keccak_256 } from '@noble/hashes/sha3.js';

/** When fast blocks come, and where their hashes begin. */
export interface FastChainOptions {
  readonly fastBlockSeconds: number;
  /** When the chain began, in milliseconds since 1970. */
  readonly genesisMs: number;
  /** Hash of the first snail block. */
  readonly origin: Uint8Array;
}

/** The most reorganisations of a devnet's life. */
const MOST_REORGS = 1_000;

/** The fast blocks: one every two seconds, by the clock. Their hashes are deterministic, so that they are the same after a restart. */
export class FastChain {
  readonly #options: FastChainOptions;
  readonly #now: () => number;
  /** Numbers from which on the hashes were replaced, one for each reorganisation. */
  readonly #replaced: number[];
  /** The last fast block, while the chain is held; undefined while it grows. */
  #heldAt: number | undefined;

  constructor(options: FastChainOptions, now: () => number, replaced: readonly number[] = []) {
    this.#options = options;
    this.#now = now;
    this.#replaced = [...replaced];
  }

  /** Number of the newest fast block. */
  get head(): number {
    if (this.#heldAt !== undefined) return this.#heldAt;
    return Math.floor((this.#now() - this.#options.genesisMs) / (this.#options.fastBlockSeconds * 1000));
  }

  get genesisMs(): number {
    return this.#options.genesisMs;
  }

  get replaced(): readonly number[] {
    return this.#replaced;
  }

  /** Stops new fast blocks, as if the committee had stopped or the node had lost its peers; false starts them again. */
  hold(held: boolean): void {
    this.#heldAt = held ? this.head : undefined;
  }

  hashOf(number: number): Uint8Array {
    const generation = this.#replaced.filter((from) => from <= number).length;
    return keccak_256(encodeRlp([this.#options.origin, number, ...(generation === 0 ? [] : [generation])]));
  }

  /** When a block was made, in seconds since 1970. */
  timeOf(number: number): number {
    return Math.floor(this.#options.genesisMs / 1000 + number * this.#options.fastBlockSeconds);
  }

  /**
   * Replaces the newest blocks by others of the same number. A node that is killed goes back hundreds of fast blocks.
   * @returns the first number that was replaced
   * @throws AditError `ADIT_REORG_TOO_DEEP`
   */
  reorganise(depth: number): number {
    if (!Number.isInteger(depth) || depth < 1 || depth > this.head || this.#replaced.length >= MOST_REORGS)
      throw new AditError('ADIT_REORG_TOO_DEEP', `depth must be an integer from 1 to ${this.head}`);
    const first = this.head - depth + 1;
    this.#replaced.push(first);
    return first;
  }
}
