import type { TrueHashDataset } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import type { SeededDataset } from './seeds.ts';

/** The datasets at hand, by hash. When it is full, it drops the one that has been unused for the longest time. */
export class DatasetShelf {
  readonly #most: number;
  readonly #entries = new Map<string, SeededDataset>();

  /**
   * @param most number of datasets, 240 KiB each (masks and seeds); at least 2, for the epochs on both sides of a
   *   border
   */
  constructor(most: number) {
    this.#most = Math.max(2, most);
  }

  add(entry: SeededDataset): void {
    const key = encodeHex(entry.dataset.hash);
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#most) break;
      this.#entries.delete(oldest);
    }
  }

  /** Returns a dataset and marks it as used. */
  take(hash: Uint8Array): TrueHashDataset | undefined {
    const entry = this.#entries.get(encodeHex(hash));
    if (entry !== undefined) this.add(entry);
    return entry?.dataset;
  }

  seedsOf(hash: Uint8Array): Uint8Array | undefined {
    return this.#entries.get(encodeHex(hash))?.seeds;
  }
}
