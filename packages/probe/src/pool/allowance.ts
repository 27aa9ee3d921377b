/** Memory for what the pool sends during one check, on all connections. The check that asks for seeds keeps about 30 MB. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;
/** Estimated memory of one JSON element beside its text, in bytes. */
const ELEMENT_BYTES = 32;
/** The bytes `,`, `[` and `{`, each of which begins an element. */
const ELEMENT_BEGINS: readonly number[] = [0x2c, 0x5b, 0x7b];

/** How much memory a pool may fill during one check. The probe keeps every message until the check is over. */
export class Allowance {
  #left = MAX_KEPT_BYTES;

  /** @returns false where the line takes more than is left */
  take(line: Uint8Array): boolean {
    let weight = line.length;
    for (const byte of line) if (ELEMENT_BEGINS.includes(byte)) weight += ELEMENT_BYTES;
    this.#left -= weight;
    return this.#left >= 0;
  }
}
