/** Rows read in one step: more would not be faster, and a page is kept in memory. */
export const PAGE_ROWS = 1_000;

/**
 * Reads rows page by page, so that only one page is in memory.
 * @param read the rows behind the last one of the page before (undefined: from the first), at most {@link PAGE_ROWS} of them
 */
export async function* eachRow<Row>(
  read: (last: Row | undefined) => Promise<readonly Row[]>,
): AsyncGenerator<Row, void> {
  let last: Row | undefined;
  for (;;) {
    const rows = await read(last);
    yield* rows;
    if (rows.length < PAGE_ROWS) return;
    last = rows.at(-1);
  }
}
