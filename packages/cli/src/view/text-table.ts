/**
 * Lines of a table for a terminal, without blanks at their ends.
 * @param rows the head first, all as long as it
 * @param isLeft whether a column stands on the left, as names do; numbers stand on the right
 */
export function textTable(
  rows: readonly (readonly string[])[],
  isLeft: (column: number) => boolean,
): string[] {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? [];
  return rows.map((row) =>
    row
      .map((text, at) => (isLeft(at) ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
