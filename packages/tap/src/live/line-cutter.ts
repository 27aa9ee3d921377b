/** A line and its end. */
export interface CutLine {
  /** The line without its end; empty where it is too long. */
  readonly line: Uint8Array;
  /** The line end; empty where the stream ended first. */
  readonly end: '\n' | '\r\n' | '';
  /** The length of the line without its end, in bytes. */
  readonly length: number;
  readonly tooLong: boolean;
}

const LF = 10;
const CR = 13;

/**
 * Cuts a stream into lines as `LineSplitter` of @adit/stratum does, for an observer. It also returns empty lines and line
 * ends, and goes on with the next line after one that is too long.
 */
export class LineCutter {
  readonly #limit: number;
  /** The beginning of the line that has not ended: at most the limit and one byte, which may be a CR. */
  #parts: Uint8Array[] = [];
  #length = 0;
  /** Whether the last byte so far is a CR, also where the line is too long to be kept. */
  #endsWithCr = false;

  /** @param limit the longest line that is kept, in bytes without its end */
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

  /** Ends the stream. @returns the last line where it has no end */
  finish(): CutLine | undefined {
    return this.#length === 0 ? undefined : this.#take(false);
  }

  #keep(part: Uint8Array): void {
    if (part.length === 0) return;
    this.#length += part.length;
    this.#endsWithCr = part[part.length - 1] === CR;
    if (this.#length > this.#limit + 1) this.#parts = [];
    // This is a copy, because the socket reuses its buffer, and a short rest must not keep the whole buffer.
    else this.#parts.push(part.slice());
    // Without this, bytes that come one by one would each keep an object.
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
