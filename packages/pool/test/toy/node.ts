import { createHash } from 'node:crypto';
import { decodeHex, encodeHex } from '@adit/primitives';
import { toyValue, WORK_ID_BYTES } from './proof.ts';

/** What the node asks to have solved. */
export interface ToyWork {
  /** 32 bytes. Each follows from the whole chain before it, so no work ever comes again. */
  readonly id: Uint8Array;
  /** The block that the next one is built on; the first work is built on nothing. */
  readonly parent: string;
  readonly height: number;
  /** Inclusive bound of the value of a block. */
  readonly target: bigint;
}

/** A node of the toy chain, in memory. The chain grows by blocks that were handed in, and by `extend`. */
export class ToyNode {
  readonly name = 'toy-node';
  readonly #target: bigint;
  /** Ids of blocks by height. */
  readonly #chain: string[] = ['genesis'];
  #listener: ((work: ToyWork) => void) | undefined;
  /** Blocks that were handed in, refused ones included. */
  readonly handedIn: string[] = [];

  constructor(options: { readonly target: bigint }) {
    this.#target = options.target;
  }

  get work(): ToyWork {
    const parent = this.#chain.at(-1) ?? '';
    const id = createHash('sha256').update(`work on ${parent}`).digest();
    return { id, parent, height: this.#chain.length, target: this.#target };
  }

  /** Tells of the present work and of each that follows. */
  listen(listener: (work: ToyWork) => void): void {
    this.#listener = listener;
    listener(this.work);
  }

  leave(): void {
    this.#listener = undefined;
  }

  /** Like a node behind a socket, it answers in a later turn. @param payload hex of work id, nonce1 and nonce2 */
  async submit(payload: string): Promise<'accepted' | 'duplicate' | 'refused'> {
    this.handedIn.push(payload);
    await new Promise(setImmediate);
    const bytes = decodeHex(payload, undefined, 'payload');
    const digest = createHash('sha256').update(bytes).digest();
    const id = encodeHex(digest);
    if (this.#chain.includes(id)) return 'duplicate';
    const isForTip = encodeHex(bytes.subarray(0, WORK_ID_BYTES)) === encodeHex(this.work.id);
    if (!isForTip || toyValue(digest) > this.#target) return 'refused';
    this.#append(id);
    return 'accepted';
  }

  /** Somebody else finds a block. */
  extend(): void {
    this.#append(`foreign ${this.#chain.length}`);
  }

  /** How many blocks end the chain with this one; undefined where the chain does not have it. */
  async confirmations(id: string): Promise<number | undefined> {
    const height = this.#chain.indexOf(id);
    return height < 0 ? undefined : this.#chain.length - height;
  }

  #append(id: string): void {
    this.#chain.push(id);
    this.#listener?.(this.work);
  }
}
