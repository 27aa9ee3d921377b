import { type Cipheriv, createCipheriv, createHmac } from 'node:crypto';
import type { Nonce1Space } from './space.ts';

/** The Feistel networks of NIST SP 800-38G that are made for domains so small take ten as well. */
const ROUNDS = 10;
const BLOCK_BYTES = 16;
/** The first byte of a block says what it is for: a round, or the bytes behind the unique ones. */
const TAIL = 0xff;

/**
 * Makes nonce1 values of the numbers 0, 1, 2, ... of a space: each once, in an order that nobody can foresee who does
 * not have the key. A nonce1 that could be guessed could be mined on before it is told, and brought in where it is
 * worth most.
 */
export class Nonce1Cipher {
  readonly #space: Nonce1Space;
  readonly #cipher: Cipheriv;

  /** @param options with a key of 32 bytes, and the name of the space: each has an order of its own */
  constructor(options: { readonly key: Uint8Array; readonly name: string; readonly space: Nonce1Space }) {
    this.#space = options.space;
    const key = createHmac('sha256', options.key).update(`nonce1 ${options.name}`).digest();
    // Each block by itself, as a pseudo-random function of what is in it: nothing is to be kept secret by chaining.
    this.#cipher = createCipheriv('aes-256-ecb', key, null);
  }

  /**
   * The values that so many numbers from `start` on stand for: a permutation of 0 to 2^bits - 1.
   *
   * Both halves in turn are changed by a function of the other one, which can always be undone. They need not be of
   * one length, so that an odd number of bits is as good as an even one.
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
   * The nonce1 of each value, one behind the other.
   * @param length in bytes: what is behind those that are unique looks random too
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

  /** 16 bytes for each input, at once: a call for each would take longer than the rest of it. */
  #random(purpose: number, inputs: Uint32Array): Buffer {
    const blocks = Buffer.alloc(inputs.length * BLOCK_BYTES);
    for (const [i, input] of inputs.entries()) {
      blocks[i * BLOCK_BYTES] = purpose;
      blocks.writeUInt32BE(input, i * BLOCK_BYTES + 4);
    }
    return this.#cipher.update(blocks);
  }
}
