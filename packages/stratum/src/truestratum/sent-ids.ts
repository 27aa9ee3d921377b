import { MAX_REFRESH, trueJobNumber } from './job-id.ts';

/** A node that lags goes back by a header or two. Older headers that come back share one count, see `Former`. */
const MOST_HEADERS = 16;
const IDS_PER_HEADER = MAX_REFRESH + 1;

/** Headers whose own counts were dropped: none of them was sent an id above `refresh`. */
interface Former {
  readonly refresh: number;
  /** The highest number among them. */
  readonly newest: number;
}

const NONE: Former = { refresh: 0, newest: -1 };

/**
 * The job ids that one connection was sent. A header that comes back needs an id that the miner has not seen, and has
 * only as many as the suffix has values: so each header counts for itself.
 */
export class SentIds {
  /** The newest id of each of the last headers, as `trueJobNumber`: there is one such list for each connection. */
  readonly #numbers: number[] = [];
  #oldest = Number.POSITIVE_INFINITY;
  #newest = -1;
  /** Two generations: the elder one goes when none of its headers can come back. */
  #former = NONE;
  #elder = NONE;

  /** @returns the suffix of the next id of a header; above `MAX_REFRESH` there is none left */
  next(sequence: number): number {
    return this.#wasSent(sequence) ? this.#last(sequence) + 1 : 0;
  }

  /** Whether an id may have been sent. Of a header that was sent long ago it may say so although it was not. */
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

  /** Headers before `oldestKnown` will not come back. */
  forget(oldestKnown: number): void {
    if (this.#elder.newest >= oldestKnown) return;
    this.#elder = this.#former;
    this.#former = NONE;
  }

  /** Headers between two that were sent count as sent. */
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
