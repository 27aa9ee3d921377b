import { memoryOf } from '@adit/wire';

/** Memory for what the pool sends during one check, on all connections. The check that asks for seeds keeps about 30 MB. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/** How much memory a pool may fill during one check. The probe keeps every message until the check is over. */
export class Allowance {
  #left = MAX_KEPT_BYTES;

  /** @returns false where the line takes more than is left */
  take(line: Uint8Array): boolean {
    this.#left -= memoryOf(line);
    return this.#left >= 0;
  }
}
