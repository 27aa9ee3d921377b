/** One row of a table: its cells by the titles of the columns, without the marks of code. */
export type TableRow = Readonly<Record<string, string>>;

/**
 * The rows of all tables of a page, in order, whose first column has this title.
 * @param page text of a Markdown page; cells must not hold a `|`
 */
export function tableRows(page: string, firstColumn: string): readonly TableRow[] {
  const rows: TableRow[] = [];
  let titles: readonly string[] | undefined;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) titles = undefined;
    else if (titles === undefined) titles = cellsOf(line);
    else if (titles[0] === firstColumn && !line.startsWith('|---')) {
      const cells = cellsOf(line);
      rows.push(Object.fromEntries(titles.map((title, i) => [title, plain(cells[i] ?? '')])));
    }
  }
  return rows;
}

function cellsOf(line: string): readonly string[] {
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

/** A cell that is one word of code, or a list of such. */
function plain(cell: string): string {
  return /^`[^`]*`(, `[^`]*`)*$/.test(cell) ? cell.replaceAll('`', '') : cell;
}
