/** Longest line that a server takes: a 200,9 submission is some 2.9 KB, five of them would still fit. */
export const SERVER_LINE_LIMIT = 16 * 1024;
/** Our client on TrueStratum must take the seedhash line, some 370 KB. What is longer takes the longer to read. */
export const CLIENT_LINE_LIMIT = 512 * 1024;

/** Shared: a typed array of its own would cost each idle connection 200 bytes. */
const NOTHING = new Uint8Array(0);
const LF = 10;
const CR = 13;

/**
 * Cuts a stream of bytes into lines. LF ends a line, one CR before it is dropped, empty lines vanish.
 *
 * Any split of the bytes gives the same lines. What is kept between two chunks is one partial line of
 * at most `limit` bytes.
 */
export class LineSplitter {
  readonly #limit: number;
  /** One buffer that doubles, not a list of chunks: bytes that come one by one cost no object each. */
  #partial: Uint8Array = NOTHING;
  #partialLength = 0;

  /** @param limit longest line in bytes, without its line end */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes of the line that has begun and not ended. */
  get pending(): number {
    return this.#partialLength;
  }

  /**
   * Takes the next bytes. Lines are views into `chunk` where they lie wholly in it.
   *
   * @returns the lines that are complete now, and whether a line exceeded the limit: then the rest of
   *   the stream has no meaning any more and the connection must be closed, after the lines before it
   */
  push(chunk: Uint8Array): { lines: Uint8Array[]; tooLong: boolean } {
    const lines: Uint8Array[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(LF, start);
      if (end === -1) break;
      const line = this.#finish(chunk.subarray(start, end));
      start = end + 1;
      if (line.length > this.#limit) return { lines, tooLong: true };
      if (line.length > 0) lines.push(line);
    }
    // One byte more than the limit may be the CR of a line end that is still to come.
    const tooLong = this.#partialLength + chunk.length - start > this.#limit + 1;
    if (!tooLong && start < chunk.length) this.#keep(chunk.subarray(start));
    return { lines, tooLong };
  }

  /** Copies the rest: socket buffers are reused, and a short rest must not keep a 64 KiB chunk alive. */
  #keep(rest: Uint8Array): void {
    const length = this.#partialLength + rest.length;
    if (length > this.#partial.length) {
      const grown = new Uint8Array(Math.min(Math.max(length, 2 * this.#partial.length), this.#limit + 1));
      grown.set(this.#partial.subarray(0, this.#partialLength));
      this.#partial = grown;
    }
    this.#partial.set(rest, this.#partialLength);
    this.#partialLength = length;
  }

  #finish(tail: Uint8Array): Uint8Array {
    let line = tail;
    if (this.#partialLength > 0) {
      line = new Uint8Array(this.#partialLength + tail.length);
      line.set(this.#partial.subarray(0, this.#partialLength));
      line.set(tail, this.#partialLength);
      this.#partial = NOTHING;
      this.#partialLength = 0;
    }
    return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
  }
}
