/** Has a length that changes by one at a time. */
export interface Counted {
  /** To be set by `Lengths` alone. */
  length: number;
}

/**
 * Knows which of its items is longest, at constant cost for each change: items stand in sets by their length, and
 * since a length changes by one, the longest is found again by one step.
 */
export class Lengths<T extends Counted> {
  /** Index: length. */
  readonly #sets: Set<T>[] = [];
  #longest = 0;

  get longest(): T | undefined {
    return this.#longest === 0 ? undefined : this.#sets[this.#longest]?.values().next().value;
  }

  grow(item: T): void {
    this.#move(item, item.length + 1);
    if (item.length > this.#longest) this.#longest = item.length;
  }

  shrink(item: T): void {
    const was = item.length;
    this.#move(item, was - 1);
    if (was === this.#longest && this.#sets[was]?.size === 0) this.#longest = was - 1;
  }

  #move(item: T, length: number): void {
    this.#sets[item.length]?.delete(item);
    item.length = length;
    if (length === 0) return;
    let set = this.#sets[length];
    if (set === undefined) {
      set = new Set();
      this.#sets[length] = set;
    }
    set.add(item);
  }
}
