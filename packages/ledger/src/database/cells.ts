import { AditError } from '@adit/primitives';
import type { SqlRow } from './ledger-database.ts';

/** @returns a text column. @throws AditError `ADIT_LEDGER_DAMAGED` if the row has something else there */
export function textOf(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value === 'string') return value;
  throw damaged(row, column, 'text');
}

/** @returns a column of whole numbers. @throws AditError `ADIT_LEDGER_DAMAGED` if the row has something else there */
export function numberOf(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value === 'number') return value;
  throw damaged(row, column, 'a number');
}

const DECIMAL = /^(?:0|-?[1-9][0-9]{0,99})$/;

/** @returns an amount, kept as decimal text. @throws AditError `ADIT_LEDGER_DAMAGED` if it is not in its shortest form */
export function amountOf(row: SqlRow, column: string): bigint {
  const value = row[column];
  if (typeof value === 'string' && DECIMAL.test(value)) return BigInt(value);
  throw damaged(row, column, 'a decimal amount');
}

/** @returns null for NULL, otherwise what `read` makes of the column */
export function orNull<T>(row: SqlRow, column: string, read: (row: SqlRow, column: string) => T): T | null {
  return row[column] === null ? null : read(row, column);
}

/** Writes an amount as {@link amountOf} reads it; null as NULL. */
export function decimal(amount: bigint | null): string | null {
  return amount === null ? null : String(amount);
}

function damaged(row: SqlRow, column: string, expected: string): AditError {
  return new AditError(
    'ADIT_LEDGER_DAMAGED',
    `the ledger has ${JSON.stringify(row[column]) ?? 'nothing'} in the column ${column}, where ${expected} belongs`,
  );
}
