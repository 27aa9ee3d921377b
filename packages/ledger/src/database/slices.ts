/** Rows that one statement may write or ask for. Few sizes, so that databases can keep the statements prepared. */
const SIZES = [128, 16, 1] as const;

/** Cuts a list into pieces of 128, 16 and 1: each piece is a statement, and there are only three statements. */
export function* slicesOf<T>(list: readonly T[]): Generator<readonly T[]> {
  let start = 0;
  for (const size of SIZES)
    for (; start + size <= list.length; start += size) yield list.slice(start, start + size);
}

/** @returns `?, ?, ?` for `IN (...)` */
export function marks(count: number): string {
  return new Array(count).fill('?').join(', ');
}

/** @returns `(?, ?), (?, ?)` for `VALUES` with several rows */
export function rowsOfMarks(rows: number, columns: number): string {
  return new Array(rows).fill(`(${marks(columns)})`).join(', ');
}
