import { type CsvCell, csvLine } from '@adit/primitives';

/** A table as CSV. No cell is a formula: names of miners are chosen by anybody. */
export function csvText(head: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [head, ...rows].map(csvLine).join('');
}

/** A time as programs for tables read it. */
export function csvTime(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
