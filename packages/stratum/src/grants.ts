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

/** The terms of a work whose values nobody could have had a part in but by its own number. */
export function onlyTerms(number: number): Terms {
  return { oldest: number, newest: number };
}

/**
 * Grants that no known work needs are dropped. A work gets at most one grant, and lives for at most an hour; a
 * connection whose target follows its rate needs a handful. A connection that asks for more than this loses its oldest
 * grants.
 */
const MAX_GRANTS = 256;

const NONE: readonly never[] = [];
/** In the place of a number. Not infinity: a field that may hold a fraction costs each holder an object more. */
const NEVER = -1;

/**
 * What a hash is worth to one holder, by the number of a work. The law behind it: a value is settled for works that do
 * not exist yet, and never changes for a work that exists. So a miner that has computed a hash cannot choose its worth
 * any more.
 *
 * Works have ascending numbers, so a short list of changes is enough. A work that somebody may have foreseen takes the
 * value of an earlier number, its `terms`: a value that was asked for after it could be foreseen does not hold for it.
 */
export class Grants<T> {
  /** The newest grant, in fields of its own: most holders never have a second one, and a list would cost 100 bytes. */
  #from = NEVER;
  #value: T | undefined;
  /** The grants before it, ascending. */
  #earlier: readonly Grant<T>[] = NONE;
  #oldest = NEVER;
  #newest = NEVER;

  /** @param start values for the works that exist already, ascending; for a new nonce1, the history of its port */
  constructor(start: readonly Grant<T>[] = []) {
    this.#take(start);
  }

  /** Number of the newest work that was sent, -1 before the first. */
  get newest(): number {
    return this.#newest;
  }

  /** The value for works to come. */
  get current(): T | undefined {
    return this.#value;
  }

  /**
   * Settles `value` for all works from number `from` on. A second call with the same number replaces the value.
   * @param from a number that no work has yet
   * @param oldestNeeded the oldest number that callers will still look up
   * @throws AditError `ADIT_GRANT_TOO_LATE` if that work, or a later one, was sent or settled already
   */
  settle(from: number, value: T, oldestNeeded: number): void {
    const list = [...this.list];
    const last = list.at(-1);
    if (from <= this.#newest || (last !== undefined && from < last.from)) {
      throw new AditError('ADIT_GRANT_TOO_LATE', `work ${from} has its terms already`);
    }
    if (last?.from === from) list.pop();
    if (list.at(-1)?.value !== value) list.push({ from, value });
    while (list.length > 1 && ((list[1]?.from ?? 0) <= oldestNeeded || list.length > MAX_GRANTS)) {
      list.shift();
    }
    this.#take(list);
  }

  /** Work `number` was sent to the holder. */
  sent(number: number): void {
    this.#oldest = this.#oldest === NEVER ? number : Math.min(this.#oldest, number);
    this.#newest = Math.max(this.#newest, number);
  }

  /** The value for work `number`; undefined if it is not known any more. */
  at(number: number): T | undefined {
    if (this.#from !== NEVER && number >= this.#from) return this.#value;
    return this.#earlier.findLast((grant) => grant.from <= number)?.value;
  }

  /**
   * The values for all works from number `oldest` to `newest`. A work has several where it may be on either side of a
   * change, and nobody but the miner can tell on which.
   * @returns one value at least; undefined if the oldest one is not known any more
   */
  within({ oldest, newest }: Terms): readonly [T, ...T[]] | undefined {
    // Mostly there is no change between them.
    if (this.#from !== NEVER && oldest >= this.#from) return [this.#value as T];
    const first = this.at(oldest);
    if (first === undefined) return undefined;
    const later = this.list.filter(({ from }) => from > oldest && from <= newest);
    return [first, ...later.map(({ value }) => value)];
  }

  /** Whether `number` lies between the first and the last work that was sent to the holder, both included. */
  wasSent(number: number): boolean {
    return this.#oldest !== NEVER && number >= this.#oldest && number <= this.#newest;
  }

  /** All grants, ascending: the `start` of new holders. */
  get list(): readonly Grant<T>[] {
    if (this.#from === NEVER) return NONE;
    return [...this.#earlier, { from: this.#from, value: this.#value as T }];
  }

  #take(list: readonly Grant<T>[]): void {
    const last = list.at(-1);
    if (last === undefined) return;
    this.#from = last.from;
    this.#value = last.value;
    this.#earlier = list.length === 1 ? NONE : list.slice(0, -1);
  }
}
