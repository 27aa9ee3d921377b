import { AditError } from '@adit/primitives';

/** A value (a share target, or a nonce1) that holds from work number `from` until the next grant. */
export interface Grant<T> {
  readonly from: number;
  readonly value: T;
}

/** Numbers of works, both included: the values of all of them count. See `Grants.within`. */
export interface Terms {
  readonly oldest: number;
  readonly newest: number;
}

/**
 * Grants that no known work needs are dropped. A work gets at most one grant, and lives for at most an hour; a
 * connection whose target follows its rate needs a handful. A connection that asks for more than this loses its oldest
 * grants.
 */
const MAX_GRANTS = 256;

/**
 * What a hash is worth to one holder, by the number of a work. The law behind it: a value is settled for works that do
 * not exist yet, and never changes for a work that exists. So a miner that has computed a hash cannot choose its worth
 * any more.
 *
 * Works have ascending numbers, so a short list of changes is enough. A work that somebody may have foreseen takes the
 * value of an earlier number, its `terms`: a value that was asked for after it could be foreseen does not hold for it.
 */
export class Grants<T> {
  readonly #list: Grant<T>[];
  #oldest = Number.POSITIVE_INFINITY;
  #newest = -1;

  /** @param start values for the works that exist already, ascending; for a new nonce1, the history of its port */
  constructor(start: readonly Grant<T>[] = []) {
    this.#list = [...start];
  }

  /** Number of the newest work that was sent, -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** The value for works to come. */
  get current(): T | undefined {
    return this.#list.at(-1)?.value;
  }

  /**
   * Settles `value` for all works from number `from` on. A second call with the same number replaces the value.
   * @param from a number that no work has yet
   * @param oldestNeeded the oldest number that callers will still look up
   * @throws AditError `ADIT_GRANT_TOO_LATE` if that work, or a later one, was sent or settled already
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

  /** The value for work `number`; undefined if it is not known any more. */
  at(number: number): T | undefined {
    return this.#list.findLast((grant) => grant.from <= number)?.value;
  }

  /**
   * The values for all works from number `oldest` to `newest`. A work has several where it may be on either side of a
   * change, and nobody but the miner can tell on which.
   * @returns one value at least; undefined if the oldest one is not known any more
   */
  within({ oldest, newest }: Terms): readonly [T, ...T[]] | undefined {
    const first = this.at(oldest);
    if (first === undefined) return undefined;
    const later = this.#list.filter(({ from }) => from > oldest && from <= newest);
    return [first, ...later.map(({ value }) => value)];
  }

  /** Whether `number` lies between the first and the last work that was sent to the holder, both included. */
  wasSent(number: number): boolean {
    return number >= this.#oldest && number <= this.#newest;
  }

  /** All grants, ascending: the `start` of new holders. */
  get list(): readonly Grant<T>[] {
    return this.#list;
  }
}
