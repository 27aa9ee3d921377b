/** Longest line that a server takes: a 200,9 submission is some 2.9 KB, five of them would still fit. */
export const SERVER_LINE_LIMIT = 16 * 1024;
/** Our client on TrueStratum must take the seedhash line, some 370 KB. */
export const CLIENT_LINE_LIMIT = 1024 * 1024;

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
  #partial: Uint8Array[] = [];
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
    if (start < chunk.length) {
      // A copy: socket buffers are reused, and a short rest must not keep a 64 KiB chunk alive.
      const rest = new Uint8Array(chunk.subarray(start));
      this.#partial.push(rest);
      this.#partialLength += rest.length;
    }
    // One byte more than the limit may be the CR of a line end that is still to come.
    return { lines, tooLong: this.#partialLength > this.#limit + 1 };
  }

  #finish(tail: Uint8Array): Uint8Array {
    let line = tail;
    if (this.#partialLength > 0) {
      line = new Uint8Array(this.#partialLength + tail.length);
      let offset = 0;
      for (const part of this.#partial) {
        line.set(part, offset);
        offset += part.length;
      }
      line.set(tail, offset);
      this.#partial = [];
      this.#partialLength = 0;
    }
    return line[line.length - 1] === CR ? line.subarray(0, -1) : line;
  }
}
