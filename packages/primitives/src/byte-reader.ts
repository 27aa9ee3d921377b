import { checkBytes } from './check-bytes.ts';
import { AditError } from './errors.ts';

/**
 * Reads a byte string from front to back.
 * Every method throws AditError `ADIT_TRUNCATED` where it would read past the end.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #offset = 0;

  /** @throws AditError `ADIT_BAD_BYTES` for text */
  constructor(bytes: Uint8Array) {
    checkBytes(bytes, 'what is read');
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get offset(): number {
    return this.#offset;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** @returns a view of the next bytes, not a copy */
  bytes(length: number): Uint8Array {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  uint8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  uint16LE(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  uint32LE(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  uint64LE(): bigint {
    return this.#view.getBigUint64(this.#take(8), true);
  }

  /**
   * Reads Bitcoin's variable-length count. Only the shortest spelling is accepted, as in consensus.
   * @throws AditError `ADIT_BAD_COMPACT_SIZE` for a longer spelling, or a count above 2^53-1
   */
  compactSize(): number {
    const first = this.uint8();
    if (first < 0xfd) return first;
    const [value, least] =
      first === 0xfd
        ? [this.uint16LE(), 0xfd]
        : first === 0xfe
          ? [this.uint32LE(), 0x1_0000]
          : [Number(this.uint64LE()), 0x1_0000_0000];
    if (value < least || value > Number.MAX_SAFE_INTEGER) {
      throw new AditError(
        'ADIT_BAD_COMPACT_SIZE',
        `the count at byte ${this.#offset} is not in its shortest form`,
      );
    }
    return value;
  }

  #take(length: number): number {
    if (length < 0 || length > this.remaining) {
      throw new AditError(
        'ADIT_TRUNCATED',
        `${length} bytes wanted at byte ${this.#offset}, ${this.remaining} are left`,
      );
    }
    const start = this.#offset;
    this.#offset += length;
    return start;
  }
}
