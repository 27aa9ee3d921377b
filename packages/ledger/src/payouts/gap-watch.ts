/** Tips at which a gap has to be seen before a person is asked: wallet and books look at the same block a moment apart. */
const LASTING_TIPS = 3;

/** Tells a gap between wallet and books that lasts from one that passes with the next block. */
export class GapWatch {
  #detail = '';
  /** Bounded by {@link LASTING_TIPS}. */
  #tips = new Set<number>();

  /** @returns whether the same gap was seen at several tips */
  lasts(tip: number, detail: string): boolean {
    if (detail !== this.#detail) this.#tips = new Set();
    this.#detail = detail;
    this.#tips.add(tip);
    return this.#tips.size >= LASTING_TIPS;
  }
}
