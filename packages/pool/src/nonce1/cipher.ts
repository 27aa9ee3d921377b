import { type Cipheriv, createCipheriv, createHmac } from 'node:crypto';
import type { Nonce1Space } from './space.ts';

/** FF1 of NIST SP 800-38G, a Feistel network for small domains, has ten rounds too. */
const ROUNDS = 10;
const BLOCK_BYTES = 16;
/** First byte of an input block for the bytes after the unique ones; input blocks of rounds begin with the round. */
const TAIL = 0xff;

/**
 * Maps the numbers 0, 1, 2, ... of a space to nonce1 values: each value once, in an order that cannot be foreseen
 * without the key. A miner that guesses a nonce1 could mine with it before the pool hands it out, and hand the shares
 * in where they are worth most.
 */
export class Nonce1Cipher {
  readonly #space: Nonce1Space;
  readonly #cipher: Cipheriv;

  /** @param options with a key of 32 bytes, and the name of the space: each space has its own order */
  constructor(options: { readonly key: Uint8Array; readonly name: string; readonly space: Nonce1Space }) {
    this.#space = options.space;
    const key = createHmac('sha256', options.key).update(`nonce1 ${options.name}`).digest();
    // ECB, because each block is used by itself as a pseudo-random function of its input. No message is encrypted.
    this.#cipher = createCipheriv('aes-256-ecb', key, null);
  }

  /**
   * The values for `count` numbers from `start` on, by a permutation of 0 to 2^bits - 1.
   *
   * Each round changes one half by a function of the other half, which can be undone, so the result is a permutation.
   * The halves may differ in length, so the number of bits may be odd.
   */
  permute(start: number, count: number): Uint32Array {
    const { bits } = this.#space;
    const leftSize = 2 ** Math.floor(bits / 2);
    const rightSize = 2 ** Math.ceil(bits / 2);
    const left = Uint32Array.from({ length: count }, (_, i) => Math.floor((start + i) / rightSize));
    const right = Uint32Array.from({ length: count }, (_, i) => (start + i) % rightSize);
    for (let round = 0; round < ROUNDS; round += 1) {
      if (round % 2 === 0) this.#change(left, leftSize - 1, this.#random(round, right));
      else this.#change(right, rightSize - 1, this.#random(round, left));
    }
    return left.map((high, i) => high * rightSize + (right[i] ?? 0));
  }

  /**
   * The nonce1 of each value, one after the other.
   * @param length of each nonce1 in bytes; the bytes after the unique ones look random too
   */
  nonce1s(values: Uint32Array, length: number): Uint8Array<ArrayBuffer> {
    const { bytes, base } = this.#space;
    const tails = length > bytes ? this.#random(TAIL, values) : undefined;
    const nonce1s = Buffer.alloc(values.length * length);
    for (const [i, value] of values.entries()) {
      nonce1s.writeUIntBE(base + value, i * length, bytes);
      const tail = i * BLOCK_BYTES;
      tails?.copy(nonce1s, i * length + bytes, tail, tail + length - bytes);
    }
    return new Uint8Array(nonce1s);
  }

  #change(half: Uint32Array, mask: number, random: Buffer): void {
    for (let i = 0; i < half.length; i += 1)
      half[i] = (half[i] ?? 0) ^ (random.readUInt32BE(i * BLOCK_BYTES) & mask);
  }

  /** 16 bytes for each input, in one call: a call for each input would take longer than all the rest. */
  #random(purpose: number, inputs: Uint32Array): Buffer {
    const blocks = Buffer.alloc(inputs.length * BLOCK_BYTES);
    for (const [i, input] of inputs.entries()) {
      blocks[i * BLOCK_BYTES] = purpose;
      blocks.writeUInt32BE(input, i * BLOCK_BYTES + 4);
    }
    return this.#cipher.update(blocks);
  }
}
