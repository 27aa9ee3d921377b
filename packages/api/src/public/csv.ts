/** A cell: text of others, or a number, an amount or a time of our own. */
export type Cell = string | number | bigint | null;

/** What a program for tables takes for a formula, or skips before one. */
const FORMULA = /^[=+\-@\t\r]/;
/** A number of our own, such as a negative amount, is none. */
const NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * A table as CSV (RFC 4180). A text that a program for tables would take for a formula gets an apostrophe before it: names of miners are
 * chosen by anybody.
 */
export function csvText(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [head, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  const text = String(cell);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== text ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** A time as programs for tables read it. */
export function csvTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
