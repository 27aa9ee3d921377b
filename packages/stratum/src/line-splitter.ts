import { AditError, checkBytes } from '@adit/primitives';

/** Longest line that a server takes, in bytes: a submission for Equihash 200,9 has some 2.9 KB, so five would fit. */
export const SERVER_LINE_LIMIT = 16 * 1024;
/** Longest line that a client takes, in bytes: the seedhash line of TrueStratum has some 370 KB. */
export const CLIENT_LINE_LIMIT = 512 * 1024;

/** All idle connections share it: a typed array for each would cost 200 bytes. */
const NOTHING = new Uint8Array(0);
/** Most bytes of empty lines that one call of `next` skips. They take 20 us, which is what an honest line takes. */
const MOST_BLANK_BYTES = 512;
const LF = 10;
const CR = 13;

/**
 * Cuts a stream of bytes into lines. LF ends a line. The splitter drops one CR before it, and all empty lines.
 *
 * Any split of the bytes gives the same lines. `next` cuts one line at a time: a packet of 64 KiB may hold 32,768
 * lines, and a caller that has time for a few of them must not pay for all. The splitter keeps the bytes that are not
 * cut yet, and one partial line of at most `limit` bytes.
 */
export class LineSplitter {
  readonly #limit: number;
  /** The bytes that were added last, and where their next line begins. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** One buffer that doubles, not a list of chunks: a list would cost an object for each byte that comes alone. */
  #partial: Uint8Array = NOTHING;
  #partialLength = 0;
  #tooLong = false;

  /**
   * @param limit longest line in bytes, without its line end
   * @throws AditError `ADIT_BAD_OPTION` unless it is a whole number above 0. With NaN or undefined, the first long line
   *   would end the process.
   */
  constructor(limit: number) {
    checkLineLimit(limit);
    this.#limit = limit;
  }

  /** Bytes of the unfinished line that `next` has seen so far. */
  get pending(): number {
    return this.#partialLength;
  }

  /** Bytes that were added, and that `next` has not seen yet. */
  get uncut(): number {
    return this.#chunk.length - this.#at;
  }

  /**
   * A line exceeded the limit. The rest of the stream has no meaning any more: the caller handles the lines before it,
   * then closes the connection.
   */
  get tooLong(): boolean {
    return this.#tooLong;
  }

  /**
   * Takes the next bytes. The caller must not change them before all of them are cut.
   * @throws AditError `ADIT_BAD_BYTES` for text, which a socket with `setEncoding` gives
   */
  add(chunk: Uint8Array): void {
    checkBytes(chunk, 'a chunk');
    if (this.#tooLong || chunk.length === 0) return;
    // Only a caller that adds bytes before it has cut the former ones pays for this copy.
    this.#chunk = this.uncut > 0 ? joined(this.#chunk.subarray(this.#at), chunk) : chunk;
    this.#at = 0;
  }

  /** Callers that stop before the end call this: a few bytes that are left must not keep a 64 KiB chunk alive. */
  trim(): void {
    // Each copy has at most half the bytes of the one before, so all copies together stay below one chunk.
    if (this.#chunk.buffer.byteLength < 2 * this.uncut || this.uncut === 0) return;
    this.#chunk = new Uint8Array(this.#chunk.subarray(this.#at));
    this.#at = 0;
  }

  /** Drops all bytes: the caller wants no more lines. */
  forget(): void {
    this.#giveUp();
    this.#partial = NOTHING;
    this.#partialLength = 0;
  }

  /**
   * @returns the next whole line, as a view if it lies in one chunk; undefined if it needs more bytes, or after
   *   `tooLong`; also undefined, with bytes left `uncut`, after so many empty lines that the caller should look at its time
   */
  next(): Uint8Array | undefined {
    for (;;) {
      if (this.#partialLength === 0 && !this.#passBlanks()) return undefined;
      const end = this.uncut === 0 ? -1 : this.#chunk.indexOf(LF, this.#at);
      if (end === -1) break;
      const line = this.#finish(this.#chunk.subarray(this.#at, end));
      this.#at = end + 1;
      if (line.length > this.#limit) return this.#giveUp();
      this.#letGo();
      if (line.length > 0) return line;
    }
    // One byte more than the limit may be the CR of a line end that is still to come.
    if (this.#partialLength + this.uncut > this.#limit + 1) return this.#giveUp();
    if (this.uncut > 0) this.#keep(this.#chunk.subarray(this.#at));
    this.#at = this.#chunk.length;
    this.#letGo();
    return undefined;
  }

  /**
   * Takes the next bytes and cuts all of them.
   * @returns the lines that are complete now, and whether a line was too long
   */
  push(chunk: Uint8Array): { lines: Uint8Array[]; tooLong: boolean } {
    const lines: Uint8Array[] = [];
    this.add(chunk);
    while (this.uncut > 0) {
      const line = this.next();
      if (line !== undefined) lines.push(line);
    }
    return { lines, tooLong: this.#tooLong };
  }

  /**
   * Skips empty lines byte by byte, without making a view for each.
   * @returns false if it stopped after `MOST_BLANK_BYTES`
   */
  #passBlanks(): boolean {
    const chunk = this.#chunk;
    let at = this.#at;
    const most = at + MOST_BLANK_BYTES;
    while (at < most) {
      const byte = chunk[at];
      if (byte === LF) at += 1;
      else if (byte === CR && chunk[at + 1] === LF) at += 2;
      else break;
    }
    this.#at = at;
    const isMore = at >= most && at < chunk.length;
    if (!isMore) this.#letGo();
    return !isMore;
  }

  #letGo(): void {
    if (this.uncut > 0) return;
    this.#chunk = NOTHING;
    this.#at = 0;
  }

  #giveUp(): undefined {
    this.#tooLong = true;
    this.#chunk = NOTHING;
    this.#at = 0;
    return undefined;
  }

  /** Copies the bytes, because the caller may reuse its buffer once `next` has returned undefined. */
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

/** For owners that make their splitter later. @throws AditError `ADIT_BAD_OPTION` unless it is a whole number above 0 */
export function checkLineLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1) return;
  throw new AditError('ADIT_BAD_OPTION', `the line limit must be a whole number above 0, not ${limit}`);
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
