import { AditError } from '@adit/primitives';

/** From number `from` on, until the next grant, this value holds (a share target, or a nonce1). */
export interface Grant<T> {
  readonly from: number;
  readonly value: T;
}

/**
 * Grants that no known work needs are dropped. A work gets one grant at the most, and works live for an hour at the
 * most; a connection whose target follows its rate needs a handful. Whoever asks for more loses the oldest of them.
 */
const MAX_GRANTS = 256;

/**
 * What a hash is worth to one holder, by the number of a work. The law behind it: a value is settled for works that do
 * not exist yet, and never changes for one that does; so whoever has computed a hash cannot choose its worth any more.
 *
 * Works are known by ascending numbers, so a short list of changes is enough. A work that somebody may have foreseen takes
 * what held for an earlier number, its `terms`: what was asked for when it could be foreseen already is not for it.
 */
export class Grants<T> {
  readonly #list: Grant<T>[];
  #oldest = Number.POSITIVE_INFINITY;
  #newest = -1;

  /** @param start what holds for the works that exist already, ascending: for a new nonce1 the history of its port */
  constructor(start: readonly Grant<T>[] = []) {
    this.#list = [...start];
  }

  /** Number of the newest work that was sent, -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** What holds for works to come. */
  get current(): T | undefined {
    return this.#list.at(-1)?.value;
  }

  /**
   * `value` holds from work number `from` on. The same number once more takes the value that came last.
   * @param from a number that no work has yet
   * @param oldestNeeded the oldest number that will be asked for
   * @throws AditError `ADIT_GRANT_TOO_LATE` where that work, or a later one, was sent or settled already
   */
  settle(from: number, value: T, oldestNeeded: number): void {
    const last = this.#list.at(-1);
    if (from <= this.#newest || (last !== undefined && from < last.from)) {
      throw new AditError('ADIT_GRANT_TOO_LATE', `work ${from} has its terms already`);
    }
    if (last?.from === from) this.#list.pop();
    if (this.#list.at(-1)?.value !== value) this.#list.push({ from, value });
    while (
      this.#list.length > 1 &&
      ((this.#list[1]?.from ?? 0) <= oldestNeeded || this.#list.length > MAX_GRANTS)
    ) {
      this.#list.shift();
    }
  }

  /** Work `number` was sent to the holder. */
  sent(number: number): void {
    this.#oldest = Math.min(this.#oldest, number);
    this.#newest = Math.max(this.#newest, number);
  }

  /** What holds for `number`; `undefined` where that is no longer known. */
  at(number: number): T | undefined {
    return this.#list.findLast((grant) => grant.from <= number)?.value;
  }

  /** Whether work `number` is not from before the first that the holder was sent, nor from after the last. */
  wasSent(number: number): boolean {
    return number >= this.#oldest && number <= this.#newest;
  }

  /** The list itself, ascending: where others begin. */
  get list(): readonly Grant<T>[] {
    return this.#list;
  }
}
