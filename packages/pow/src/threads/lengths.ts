import { Linked, Row } from './row.ts';

/** How long something is, for `Lengths` to compare. */
export class Rank<T> extends Linked<Rank<T>> {
  readonly of: T;
  /** `Lengths` alone sets it. */
  length = 0;

  constructor(of: T) {
    super();
    this.of = of;
  }
}

/**
 * Knows which of many is longest, at constant cost for each change: they stand in rows by their length, and since a
 * length changes by one, the longest is found again by one step. Those of length 1 stand in no row: among them any will
 * do, and most never grow beyond.
 */
export class Lengths<T> {
  /** Index: length. */
  readonly #rows: (Row<Rank<T>> | undefined)[] = [];
  #longest = 0;

  /** Of those longer than 1. */
  get longest(): T | undefined {
    return this.#rows[this.#longest]?.first?.of;
  }

  grow(rank: Rank<T>): void {
    const length = rank.length + 1;
    if (length > 2) this.#rows[length - 1]?.remove(rank);
    rank.length = length;
    if (length === 1) return;
    this.#rowOf(length).push(rank);
    if (length > this.#longest) this.#longest = length;
  }

  shrink(rank: Rank<T>): void {
    const length = rank.length - 1;
    rank.length = length;
    if (length === 0) return;
    this.#rows[length + 1]?.remove(rank);
    if (length > 1) this.#rowOf(length).push(rank);
    if (this.#rows[this.#longest]?.first === undefined) this.#longest = length;
  }

  #rowOf(length: number): Row<Rank<T>> {
    const known = this.#rows[length];
    if (known !== undefined) return known;
    const made = new Row<Rank<T>>();
    // Lengths are reached one by one, so the array has no holes beyond the first two.
    this.#rows[length] = made;
    return made;
  }
}
