import { AditError, checkBytes } from '@adit/primitives';

/** Longest line that a server takes: a 200,9 submission is some 2.9 KB, five of them would still fit. */
export const SERVER_LINE_LIMIT = 16 * 1024;
/** Our client on TrueStratum must take the seedhash line, some 370 KB. What is longer takes the longer to read. */
export const CLIENT_LINE_LIMIT = 512 * 1024;

/** Shared: a typed array of its own would cost each idle connection 200 bytes. */
const NOTHING = new Uint8Array(0);
/** Empty lines of one call of `next`: they take 20 us, as an honest line does. */
const MOST_BLANK_BYTES = 512;
const LF = 10;
const CR = 13;

/**
 * Cuts a stream of bytes into lines. LF ends a line, one CR before it is dropped, empty lines vanish.
 *
 * Any split of the bytes gives the same lines. Each is cut when it is asked for: a packet of 64 KiB may hold 32,768 of
 * them, and whoever has no time for all of them must not pay for all of them. What is kept is the bytes that were added
 * and not cut, and one partial line of at most `limit` bytes.
 */
export class LineSplitter {
  readonly #limit: number;
  /** What was added last, and where its next line begins. */
  #chunk: Uint8Array = NOTHING;
  #at = 0;
  /** One buffer that doubles, not a list of chunks: bytes that come one by one cost no object each. */
  #partial: Uint8Array = NOTHING;
  #partialLength = 0;
  #tooLong = false;

  /**
   * @param limit longest line in bytes, without its line end
   * @throws AditError `ADIT_BAD_OPTION` unless it is a whole number above 0: with NaN or undefined the first long line
   *   would end the process
   */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new AditError('ADIT_BAD_OPTION', `the line limit must be a whole number above 0, not ${limit}`);
    }
    this.#limit = limit;
  }

  /** Bytes of the line that has begun and not ended, as far as it has been looked for. */
  get pending(): number {
    return this.#partialLength;
  }

  /** Bytes that were added and not looked at yet. */
  get uncut(): number {
    return this.#chunk.length - this.#at;
  }

  /**
   * A line exceeded the limit: the rest of the stream has no meaning any more, and the connection must be closed,
   * after the lines before it.
   */
  get tooLong(): boolean {
    return this.#tooLong;
  }

  /**
   * Takes the next bytes. They must stay as they are until all of them are cut.
   * @throws AditError `ADIT_BAD_BYTES` for text, such as a socket with `setEncoding` gives
   */
  add(chunk: Uint8Array): void {
    checkBytes(chunk, 'a chunk');
    if (this.#tooLong || chunk.length === 0) return;
    // Only a caller that does not wait for the end of the former bytes pays for this.
    this.#chunk = this.uncut > 0 ? joined(this.#chunk.subarray(this.#at), chunk) : chunk;
    this.#at = 0;
  }

  /** To be called where the rest is kept for later: a short rest must not keep a 64 KiB chunk alive. */
  trim(): void {
    // Each copy is at most half of the one before.
    if (this.#chunk.buffer.byteLength < 2 * this.uncut || this.uncut === 0) return;
    this.#chunk = new Uint8Array(this.#chunk.subarray(this.#at));
    this.#at = 0;
  }

  /** Nobody wants the rest any more. */
  forget(): void {
    this.#giveUp();
    this.#partial = NOTHING;
    this.#partialLength = 0;
  }

  /**
   * @returns the next whole line, a view where it lies wholly in one chunk; undefined: more must come first, or `tooLong`,
   *   or, where bytes are left `uncut`, empty lines have cost as much as a line: ask again
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

  /** Takes the next bytes and cuts all of them. @returns the lines that are complete now, and whether one was too long */
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
   * Empty lines cost a look at a byte, not a view.
   * @returns false where so many came that the caller should look at its time
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

  /** A copy: the caller may use the buffer again once all of it is cut. */
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

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const all = new Uint8Array(head.length + tail.length);
  all.set(head);
  all.set(tail, head.length);
  return all;
}
