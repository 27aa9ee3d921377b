import { AditError } from './errors.ts';

/** What a cell of a table may hold. Text is what a stranger may have chosen; numbers are what this program counted. */
export type CsvCell = string | number | bigint | null;

/** Spreadsheets run a cell that begins with one of these as a formula. Some take the wide forms of East Asian scripts, too. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** A number is no formula, and a program that reads the table wants it as it is. Only a name begins with a plus, and `+1` would become 1. */
const NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Characters that end a field, and blanks at its ends, which some programs cut off. */
const QUOTED = /[",\r\n]|^\s|\s$/;

/**
 * One line of a table (RFC 4180), with its line end. Text that a spreadsheet would run as a formula gets an apostrophe in front, so
 * that it stays text.
 * @throws AditError `ADIT_BAD_OPTION` for what is no list, and for a cell of another kind
 */
export function csvLine(cells: readonly CsvCell[]): string {
  if (!Array.isArray(cells)) throw new AditError('ADIT_BAD_OPTION', 'cells: expected a list');
  return `${cells.map(field).join(',')}\r\n`;
}

function field(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell);
  if (typeof cell !== 'string')
    throw new AditError('ADIT_BAD_OPTION', `a cell: expected a text, a number or null, found ${typeof cell}`);
  const text = FORMULA.test(cell) && !NUMBER.test(cell) ? `'${cell}` : cell;
  return QUOTED.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
