import { setImmediate } from 'node:timers/promises';

/** Rows read in one step: more would not be faster, and a page is kept in memory. */
export const PAGE_ROWS = 1_000;

/**
 * Reads rows page by page, so that only one page is in memory.
 * @param read the rows behind the last one of the page before (undefined: from the first), at most `pageRows` of them
 */
export async function* eachRow<Row>(
  read: (last: Row | undefined) => Promise<readonly Row[]>,
  pageRows: number = PAGE_ROWS,
): AsyncGenerator<Row, void> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last);
    yield* rows;
    if (rows.length < pageRows) return;
    last = rows.at(-1);
    // SQLite answers at once, so a long read would hold up all else: a lease could run out over it.
    await setImmediate();
  }
}
