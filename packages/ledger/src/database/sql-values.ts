import { AditError } from '@adit/primitives';
import type { SqlRow, SqlValue } from './ledger-database.ts';

/**
 * Checks values before a database gets them: what it would change in silence, or what only one of the databases takes.
 * @throws AditError `ADIT_LEDGER_VALUE` for a number that is not whole or beyond 2^53, and for text with zero bytes (PostgreSQL has none)
 *   or halves of characters
 */
export function checkValues(values: readonly SqlValue[]): void {
  for (const value of values) {
    const isGood =
      typeof value === 'string'
        ? value.isWellFormed() && !value.includes('\0')
        : typeof value !== 'number' || Number.isSafeInteger(value);
    if (!isGood)
      throw new AditError('ADIT_LEDGER_VALUE', `the ledger's database cannot keep ${JSON.stringify(value)}`);
  }
}

/** Checks the numbers of rows that were read. @throws AditError `ADIT_LEDGER_DAMAGED` for one that is not a safe integer */
export function checkRows(rows: readonly SqlRow[]): readonly SqlRow[] {
  for (const row of rows)
    for (const column in row) {
      const value = row[column];
      if (typeof value === 'number') checkNumber(value, value);
    }
  return rows;
}

/**
 * A whole number that a database sends as text. @throws AditError `ADIT_LEDGER_DAMAGED` beyond 2^53, where numbers are rounded, and for
 * fractions
 */
export function numberFromText(text: string): number {
  return checkNumber(Number(text), text);
}

function checkNumber(value: number, sent: number | string): number {
  if (Number.isSafeInteger(value)) return value;
  throw new AditError(
    'ADIT_LEDGER_DAMAGED',
    `the ledger's database sent ${sent}, where a whole number below 2^53 belongs`,
  );
}
