import { encodeHex } from '@adit/primitives';
import type { WorkAnswer } from './work.ts';

/** Headers that a work is told apart by: some minutes at one every other second. */
const MAX_REMEMBERED = 256;
/** Polls in a row after which a header that had been replaced is believed to be the work again. */
const INSISTING_POLLS = 6;

/**
 * Tells whether a node's answer is news. A node (or a cache before it) sometimes repeats an answer that it had
 * already replaced; going back would waste the miners' time. After a reorganisation it may really go back, and
 * then it says so again and again.
 */
export class WorkHistory {
  readonly #replaced = new Map<string, true>();
  #current: string | undefined;
  #insisted = 0;

  /** 'new': hand it out · 'same': nothing changed · 'stale': an older one, not believed yet */
  judge(answer: WorkAnswer): 'new' | 'same' | 'stale' {
    const key = keyOf(answer);
    if (key === this.#current) {
      this.#insisted = 0;
      return 'same';
    }
    if (!this.#replaced.has(key)) return 'new';
    this.#insisted += 1;
    return this.#insisted >= INSISTING_POLLS ? 'new' : 'stale';
  }

  /** The answer was handed out. */
  replaceWith(answer: WorkAnswer): void {
    if (this.#current !== undefined) {
      this.#replaced.delete(this.#current);
      this.#replaced.set(this.#current, true);
      for (const oldest of this.#replaced.keys()) {
        if (this.#replaced.size <= MAX_REMEMBERED) break;
        this.#replaced.delete(oldest);
      }
    }
    this.#current = keyOf(answer);
    this.#insisted = 0;
  }
}

function keyOf({ headerHash, seedHash, fruitTarget, blockTarget }: WorkAnswer): string {
  return `${encodeHex(headerHash)}/${encodeHex(seedHash)}/${fruitTarget}/${blockTarget}`;
}
