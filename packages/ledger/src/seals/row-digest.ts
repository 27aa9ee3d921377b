import { createHash } from 'node:crypto';
import type { SqlRow, SqlValue } from '../database/ledger-database.ts';
import type { SealedTable } from './sealed-tables.ts';

/** Digests of rows are added up: the sum is the same in whatever order rows were written, and a row can be taken out of it. */
const MODULUS = 1n << 256n;

/** What a table holds: how many rows, and the sum of their digests. */
export interface TableSum {
  readonly rows: number;
  readonly digest: bigint;
}

/** A table without rows. */
export const NO_ROWS: TableSum = { rows: 0, digest: 0n };

/** @returns what the table holds when `added` came and `removed` went */
export function changedSum(before: TableSum, added: TableSum, removed: TableSum): TableSum {
  return {
    rows: before.rows + added.rows - removed.rows,
    digest: (((before.digest + added.digest - removed.digest) % MODULUS) + MODULUS) % MODULUS,
  };
}

/** Text of a row, from which all of its sealed columns can be told. A number and its decimal text are the same: columns have one type. */
function rowText({ name, columns }: SealedTable, row: SqlRow): string {
  let text = name;
  for (const column of columns) text += textOfValue(row[column] ?? null);
  return text;
}

/** SHA-256 of the text of a row, or of the rows of a group. */
function digestOfText(text: string): bigint {
  return BigInt(`0x${createHash('sha256').update(text).digest('hex')}`);
}

/** Adds up rows of a table. Rows of one group must stand in the order of their key, one behind the other. */
export class RowAdder {
  readonly #table: SealedTable;
  #rows = 0;
  #digest = 0n;
  #group = '';
  #texts: string[] = [];

  constructor(table: SealedTable) {
    this.#table = table;
  }

  add(row: SqlRow): void {
    this.#rows += 1;
    const { group } = this.#table;
    if (group === undefined) {
      this.#digest += digestOfText(rowText(this.#table, row));
      return;
    }
    const name = group.map((column) => textOfValue(row[column] ?? null)).join('');
    if (name !== this.#group) this.#endGroup();
    this.#group = name;
    this.#texts.push(rowText(this.#table, row));
  }

  sum(): TableSum {
    this.#endGroup();
    return { rows: this.#rows, digest: this.#digest % MODULUS };
  }

  #endGroup(): void {
    if (this.#texts.length > 0) this.#digest += digestOfText(this.#texts.join('\n'));
    this.#texts = [];
  }
}

function textOfValue(value: SqlValue): string {
  if (value === null) return '|~';
  if (typeof value === 'object') return `|x${createHash('sha256').update(value).digest('hex')}`;
  const text = String(value);
  // With its length, so that the end of one value cannot be taken for the beginning of the next one.
  return `|${text.length}:${text}`;
}
