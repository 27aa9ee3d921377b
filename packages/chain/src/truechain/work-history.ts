import { encodeHex } from '@adit/primitives';
import type { WorkAnswer } from './work.ts';

/** Headers that a work is told apart by: some minutes at one every other second. */
const MAX_REMEMBERED = 256;
/** Polls in a row after which a header that had been replaced is believed to be the work again. */
const INSISTING_POLLS = 6;

/**
 * Tells whether to follow one node's answer. A node (or a cache before it) sometimes repeats an answer that it
 * had already replaced; going back would waste the miners' time. After a reorganisation it may really go back,
 * and then it says so again and again.
 */
export class WorkHistory {
  readonly #replaced = new Map<string, true>();
  #last: string | undefined;
  #insisted = 0;

  /** False for an answer that this node had replaced, unless it insists. To be asked once for each answer. */
  allows(answer: WorkAnswer): boolean {
    const key = workKey(answer);
    if (key === this.#last || !this.#replaced.has(key)) {
      this.#insisted = 0;
      return true;
    }
    this.#insisted += 1;
    return this.#insisted >= INSISTING_POLLS;
  }

  /** The answer was followed. */
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

/** What tells two works apart. */
export function workKey({ headerHash, seedHash, fruitTarget, blockTarget }: WorkAnswer): string {
  return `${encodeHex(headerHash)}/${encodeHex(seedHash)}/${fruitTarget}/${blockTarget}`;
}
