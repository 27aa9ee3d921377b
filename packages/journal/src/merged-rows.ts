import { type JournalMark, type JournalTail, NO_MARK, type TailLook } from './journal-tail.ts';
import type { JournaledShare } from './share-record.ts';

/** Rows that are kept of all journals together: some 16 MB. */
const MAX_BUFFERED = 16_384;
/** Rows of one journal that are read at once: with more, a step that takes few reads many in vain. */
const MOST_PAGE = 2_048;
const LEAST_PAGE = 32;

/**
 * The rows of one journal up to a time. Rows come in the order of their sequence, and their times may not ascend: a row counts as settled
 * if it or one behind it lies before the time, since it was written earlier.
 */
class Cursor {
  readonly instance: string;
  readonly #read: (after: number) => readonly JournaledShare[];
  readonly #pageRows: number;
  readonly #beforeMs: number;
  #page: readonly JournaledShare[] = [];
  #at = 0;
  /** Rows of the page that are settled. */
  #settled = 0;
  #after: number;
  #isOver = false;

  constructor(
    { instance, after }: { readonly instance: string; readonly after: number },
    pageRows: number,
    beforeMs: number,
    read: (after: number) => readonly JournaledShare[],
  ) {
    this.instance = instance;
    this.#after = after;
    this.#pageRows = pageRows;
    this.#beforeMs = beforeMs;
    this.#read = read;
  }

  /** The next row; undefined if none is settled. */
  get head(): JournaledShare | undefined {
    if (this.#at >= this.#settled && !this.#isOver) this.#next();
    return this.#at < this.#settled ? this.#page[this.#at] : undefined;
  }

  advance(): void {
    this.#at += 1;
  }

  #next(): void {
    this.#page = this.#read(this.#after);
    this.#at = 0;
    this.#settled = this.#page.findLastIndex(({ timeMs }) => timeMs < this.#beforeMs) + 1;
    this.#after += this.#settled;
    this.#isOver = this.#settled < this.#pageRows;
  }
}

/**
 * Merges the rows of all journals behind their marks by (time, instance, sequence). Rows of one journal stay in the order of their
 * sequence, also where a clock was set back.
 * @param beforeMs rows of this time and later are left for another time
 * @throws AditError `ADIT_JOURNAL_MISSING`, `ADIT_JOURNAL_UNREADABLE`
 */
export function* mergedRows(
  tail: Pick<JournalTail, 'rows'>,
  { journals }: Pick<TailLook, 'journals'>,
  marks: ReadonlyMap<string, JournalMark>,
  beforeMs: number,
): Generator<JournaledShare> {
  const grown = [...journals.values()].filter(({ instance, lastSequence, end = lastSequence }) => {
    const { sequence, isGone } = marks.get(instance) ?? NO_MARK;
    return !isGone && Math.min(lastSequence, end) > sequence;
  });
  const pageRows = Math.min(
    MOST_PAGE,
    Math.max(LEAST_PAGE, Math.floor(MAX_BUFFERED / Math.max(1, grown.length))),
  );
  const cursors = grown
    .map(({ instance }) => {
      const place = { instance, after: (marks.get(instance) ?? NO_MARK).sequence };
      return new Cursor(place, pageRows, beforeMs, (after) => tail.rows(instance, after, pageRows));
    })
    .sort((a, b) => (a.instance < b.instance ? -1 : 1));
  for (;;) {
    let first: Cursor | undefined;
    let row: JournaledShare | undefined;
    for (const cursor of cursors) {
      const { head } = cursor;
      if (head === undefined || (row !== undefined && head.timeMs >= row.timeMs)) continue;
      first = cursor;
      row = head;
    }
    if (first === undefined || row === undefined) return;
    first.advance();
    yield row;
  }
}
