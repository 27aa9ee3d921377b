import { hash } from 'node:crypto';
import { AditError, checkBytes } from '@adit/primitives';
import type { EquihashSizes } from '../equihash/params.ts';
import { ZCASH_HEADER_BYTES } from '../zcash/header.ts';

/**
 * Hashes blocks in Node: the same hash as `zcashBlockHash`, several times as fast, because OpenSSL uses the SHA-256
 * instructions of the processor. A pool needs it for every share before it checks the proof.
 */
export class BlockHasher {
  readonly #solutionBytes: number;
  readonly #solutionAt: number;
  /** Header, prefix and solution in one piece; each block is written over the one before. */
  readonly #block: Buffer;
  readonly #first = Buffer.alloc(32);

  constructor(sizes: EquihashSizes) {
    this.#solutionBytes = sizes.solutionBytes;
    this.#solutionAt = ZCASH_HEADER_BYTES + sizes.prefix.length;
    this.#block = Buffer.alloc(this.#solutionAt + sizes.solutionBytes);
    this.#block.set(sizes.prefix, ZCASH_HEADER_BYTES);
  }

  /**
   * @param header 140 bytes
   * @param solution without its length prefix, of the length that the parameters give
   * @returns 32 bytes in header order (explorers print it reversed), in one of Node's pooled buffers of 8 KiB: callers
   *   that keep it for long copy it
   * @throws AditError `ADIT_BAD_HEADER`, `ADIT_BAD_SOLUTION` for a wrong length
   */
  hash(header: Uint8Array, solution: Uint8Array): Uint8Array {
    checkBytes(header, 'the header');
    checkBytes(solution, 'the solution');
    if (header.length !== ZCASH_HEADER_BYTES) {
      throw new AditError('ADIT_BAD_HEADER', `a header is ${ZCASH_HEADER_BYTES} bytes, not ${header.length}`);
    }
    if (solution.length !== this.#solutionBytes) {
      throw new AditError(
        'ADIT_BAD_SOLUTION',
        `a solution is ${this.#solutionBytes} bytes, not ${solution.length}`,
      );
    }
    this.#block.set(header);
    this.#block.set(solution, this.#solutionAt);
    // `hash` returns strings of one character for each byte: a new buffer for each digest takes as long as the hash.
    this.#first.write(hash('sha256', this.#block, 'binary'), 'binary');
    return Buffer.from(hash('sha256', this.#first, 'binary'), 'binary');
  }
}
