/** What an answer may look like at the most. */
export interface ShapeLimits {
  /** Objects and arrays within each other. */
  readonly depth: number;
  /** Values, about: brackets that open, and commas. */
  readonly values: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `[` and `]` are 0x5b and 0x5d, `{` and `}` the same with this bit. */
const BRACE_BIT = 0x20;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Looks at JSON as its bytes come in, before anybody parses it: sixty million brackets would keep a parser busy for
 * half a minute and leave gigabytes behind. It proves nothing else about the text.
 */
export class JsonShape {
  readonly #limits: ShapeLimits;
  #depth = 0;
  #values = 0;
  #inString = false;
  /** The last byte of the part before was a backslash that escapes the next one. */
  #escaped = false;

  constructor(limits: ShapeLimits) {
    this.#limits = limits;
  }

  /** Of what has been added, about. */
  get values(): number {
    return this.#values;
  }

  /** The next bytes. @returns what is too much, or undefined */
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

  /** @returns the place of the closing quote, or the end of the part */
  #endOfString(part: Buffer, from: number): number {
    let start = from;
    if (this.#escaped) {
      this.#escaped = false;
      start += 1;
    }
    for (;;) {
      // Nearly all of a template is the hex of its transactions: those are stepped over at once.
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
