import { MAX_REFRESH, trueJobNumber } from './job-id.ts';

/**
 * Headers with a count of their own. A node that lags goes back by one or two; older headers share a count, see
 * `Former`.
 */
const MOST_HEADERS = 16;
const IDS_PER_HEADER = MAX_REFRESH + 1;

/** Headers whose own counts were dropped: no id of theirs that was sent had a suffix above `refresh`. */
interface Former {
  readonly refresh: number;
  /** The highest number of these headers. */
  readonly newest: number;
}

const NONE: Former = { refresh: 0, newest: -1 };

/**
 * The job ids that were sent to one connection. A header that comes back needs an id that the miner has not seen. The
 * suffix has only 65,536 values for each header, so each header has a count of its own.
 */
export class SentIds {
  /**
   * The newest id of each of the last headers. Numbers (`trueJobNumber`) keep it small: each connection has such a
   * list.
   */
  readonly #numbers: number[] = [];
  #oldest = Number.POSITIVE_INFINITY;
  #newest = -1;
  /** Two generations of dropped counts. The elder one is forgotten when none of its headers can come back. */
  #former = NONE;
  #elder = NONE;

  /** @returns the suffix of the next id of a header; above `MAX_REFRESH` if no suffix is left */
  next(sequence: number): number {
    return this.#wasSent(sequence) ? this.#last(sequence) + 1 : 0;
  }

  /** Whether an id may have been sent. For headers that were sent long ago, the answer may be a wrong yes. */
  has({ sequence, refresh }: { readonly sequence: number; readonly refresh: number }): boolean {
    return this.#wasSent(sequence) && refresh <= this.#last(sequence);
  }

  sent(sequence: number, refresh: number): void {
    this.#oldest = Math.min(this.#oldest, sequence);
    this.#newest = Math.max(this.#newest, sequence);
    const place = this.#place(sequence);
    if (place !== -1) this.#numbers.splice(place, 1);
    this.#numbers.push(trueJobNumber(sequence, refresh));
    if (this.#numbers.length <= MOST_HEADERS) return;
    const dropped = this.#numbers.shift() ?? 0;
    this.#former = {
      refresh: Math.max(this.#former.refresh, dropped % IDS_PER_HEADER),
      newest: Math.max(this.#former.newest, sequenceOf(dropped)),
    };
  }

  /** Forgets old counts: headers before `oldestKnown` will not come back. */
  forget(oldestKnown: number): void {
    if (this.#elder.newest >= oldestKnown) return;
    this.#elder = this.#former;
    this.#former = NONE;
  }

  /** Headers between the first and the last that were sent count as sent. */
  #wasSent(sequence: number): boolean {
    return sequence >= this.#oldest && sequence <= this.#newest;
  }

  #last(sequence: number): number {
    const number = this.#numbers[this.#place(sequence)];
    return number === undefined
      ? Math.max(this.#former.refresh, this.#elder.refresh)
      : number % IDS_PER_HEADER;
  }

  #place(sequence: number): number {
    return this.#numbers.findLastIndex((number) => sequenceOf(number) === sequence);
  }
}

function sequenceOf(number: number): number {
  return Math.floor(number / IDS_PER_HEADER);
}
