/** A line with everything that belongs to it. */
export interface CutLine {
  /** Without its end; of one that is too long, nothing. */
  readonly line: Uint8Array;
  /** What ended it; empty where the stream ended first. */
  readonly end: '\n' | '\r\n' | '';
  /** Bytes of the line without its end. */
  readonly length: number;
  readonly tooLong: boolean;
}

const LF = 10;
const CR = 13;

/**
 * Cuts a stream as `LineSplitter` of @adit/stratum does, for somebody who only looks on: empty lines and line ends are
 * told too, and behind a line that is too long the next one is a line again.
 */
export class LineCutter {
  readonly #limit: number;
  /** What has come of the line that has not ended; at most the limit and one byte, which may be a CR. */
  #parts: Uint8Array[] = [];
  #length = 0;
  /** The last byte of a line that is too long to be kept was a CR. */
  #endsWithCr = false;

  /** @param limit longest line in bytes that is kept, without its end */
  constructor(limit: number) {
    this.#limit = limit;
  }

  push(chunk: Uint8Array): CutLine[] {
    const lines: CutLine[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.#take(true));
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The stream has ended. @returns the line that has no end, if there is one */
  finish(): CutLine | undefined {
    return this.#length === 0 ? undefined : this.#take(false);
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    this.#endsWithCr = part[part.length - 1] === CR;
    if (this.#length > this.#limit + 1) this.#parts = [];
    // A copy: the socket uses its buffer again, and a short rest must not keep all of it.
    else this.#parts.push(part.slice());
    // Bytes that come one by one must not cost an object each for long.
    if (this.#parts.length > 256) this.#parts = [Buffer.concat(this.#parts)];
  }

  #take(ended: boolean): CutLine {
    const withCr = ended && this.#endsWithCr;
    const length = this.#length - (withCr ? 1 : 0);
    const tooLong = length > this.#limit;
    const line = tooLong ? new Uint8Array(0) : new Uint8Array(Buffer.concat(this.#parts)).subarray(0, length);
    this.#parts = [];
    this.#length = 0;
    this.#endsWithCr = false;
    return { line, end: ended ? (withCr ? '\r\n' : '\n') : '', length, tooLong };
  }
}
