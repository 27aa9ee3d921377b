/** Limits for the structure of an answer. */
export interface ShapeLimits {
  /** Objects and arrays inside each other. */
  readonly depth: number;
  /** Approximate number of values: opening brackets and commas. */
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `[` and `]` are 0x5b and 0x5d; `{` and `}` are the same with this bit set. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Checks the depth and the number of values of JSON as its bytes come in, before it is parsed: sixty million brackets
 * would keep a parser busy for half a minute, and take gigabytes. It checks nothing else about the text.
 */
export class JsonShape {
  readonly #limits: ShapeLimits;
  #depth = 0;
  #values = 0;
  #inString = false;
  /** True if the last byte of the former part was a backslash that escapes the next byte. */
  #escaped = false;

  constructor(limits: ShapeLimits) {
    this.#limits = limits;
  }

  /** Approximate number of values so far. */
  get values(): number {
    return this.#values;
  }

  /** Takes the next bytes. @returns text that names the limit which is exceeded, or undefined */
  add(part: Buffer): string | undefined {
    const { depth, values } = this.#limits;
    for (let at = 0; at < part.length; at += 1) {
      if (this.#inString) {
        at = this.#endOfString(part, at);
        continue;
      }
      const byte = part[at] ?? 0;
      if (byte === QUOTE) this.#inString = true;
      else if (byte === COMMA) this.#values += 1;
      else if ((byte | BRACE_BIT) === OPEN) {
        this.#values += 1;
        this.#depth += 1;
        if (this.#depth > depth) return `more than ${depth} brackets within each other`;
      } else if ((byte | BRACE_BIT) === CLOSE) this.#depth -= 1;
    }
    return this.#values > values ? `more than ${values} values` : undefined;
  }

  /** @returns the index of the closing quote, or the end of the part */
  #endOfString(part: Buffer, from: number): number {
    let start = from;
    if (this.#escaped) {
      this.#escaped = false;
      start += 1;
    }
    for (;;) {
      // Almost all bytes of a template are the hex of its transactions: `indexOf` skips such a string at once.
      const quote = part.indexOf(QUOTE, start);
      const end = quote < 0 ? part.length : quote;
      let slashes = 0;
      while (end - slashes > start && part[end - slashes - 1] === BACKSLASH) slashes += 1;
      const escapes = slashes % 2 === 1;
      if (quote < 0) {
        this.#escaped = escapes;
        return part.length;
      }
      if (!escapes) {
        this.#inString = false;
        return quote;
      }
      start = quote + 1;
    }
  }
}
