import { encodeHex } from '@adit/primitives';
import type { WorkAnswer } from './work.ts';

/** Answers remembered for comparison: some minutes at one every other second. */
const MAX_REMEMBERED = 256;
/** A replaced header is believed to be the work again after this many polls in a row. */
const INSISTING_POLLS = 6;

/**
 * Decides whether to follow one node's answer. A node (or a cache in front of it) sometimes repeats an answer that it
 * had already replaced, and going back would waste the miners' time. After a reorganisation the node may really go
 * back, and then it gives that answer again and again.
 */
export class WorkHistory {
  readonly #replaced = new Map<string, true>();
  #last: string | undefined;
  #insisted = 0;

  /** False for an answer that this node had replaced, until it has insisted. Call it once for each answer. */
  allows(answer: WorkAnswer): boolean {
    const key = workKey(answer);
    if (key === this.#last || !this.#replaced.has(key)) {
      this.#insisted = 0;
      return true;
    }
    this.#insisted += 1;
    return this.#insisted >= INSISTING_POLLS;
  }

  /** Notes that the answer was followed. */
  add(answer: WorkAnswer): void {
    const key = workKey(answer);
    if (this.#last !== undefined && this.#last !== key) {
      this.#replaced.delete(this.#last);
      this.#replaced.set(this.#last, true);
      for (const oldest of this.#replaced.keys()) {
        if (this.#replaced.size <= MAX_REMEMBERED) break;
        this.#replaced.delete(oldest);
      }
    }
    this.#last = key;
    this.#insisted = 0;
  }
}

/** Two works with the same key are the same work. */
export function workKey({ headerHash, seedHash, fruitTarget, blockTarget }: WorkAnswer): string {
  return `${encodeHex(headerHash)}/${encodeHex(seedHash)}/${fruitTarget}/${blockTarget}`;
}
