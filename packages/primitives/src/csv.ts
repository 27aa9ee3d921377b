/** What a cell of a table may hold. Text is what a stranger may have chosen; numbers are what this program counted. */
export type CsvCell = string | number | bigint | null;

/** Spreadsheets run a cell that begins with one of these as a formula. Some take the wide forms of East Asian scripts, too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A number is no formula, and a program that reads the table wants it as it is. */
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;
/** Characters that end a field, and blanks at its ends, which some programs cut off. */
const QUOTED = /[",\r\n]|^\s|\s$/;

/**
 * One line of a table (RFC 4180), with its line end. Text that a spreadsheet would run as a formula gets an apostrophe in front, so
 * that it stays text.
 */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: CsvCell): string {
  if (typeof cell !== 'string') return String(cell ?? '');
  const text = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
