/** Weighs targets. It remembers the last one, because the shares of a job mostly have one target. */
export class Weigher {
  readonly #weigh: (target: bigint) => bigint;
  #target: bigint | undefined;
  #weight = 0n;

  /** @param weigh the weight of a target, the same whenever it is called */
  constructor(weigh: (target: bigint) => bigint) {
    this.#weigh = weigh;
  }

  weightOf(target: bigint): bigint {
    if (target === this.#target) return this.#weight;
    this.#weight = this.#weigh(target);
    this.#target = target;
    return this.#weight;
  }
}
