/** What one check keeps of what the pool says, over all its connections. A run of seeds is some 30 MB. */
const MAX_WEIGHT = 64 * 1024 * 1024;
/** What an element of JSON takes in memory beside its text, about. */
const ELEMENT = 32;
/** `,`, `[` and `{`. */
const ELEMENTS: readonly number[] = [0x2c, 0x5b, 0x7b];

/** How much memory a pool may fill while one check is asked: what comes is kept until the check is over. */
export class Allowance {
  #left = MAX_WEIGHT;

  /** @returns false where the line is more than is left */
  take(line: Uint8Array): boolean {
    let weight = line.length;
    for (const byte of line) if (ELEMENTS.includes(byte)) weight += ELEMENT;
    this.#left -= weight;
    return this.#left >= 0;
  }
}
