import type { SqlValue } from '../database/ledger-database.ts';
import { isLoose, SEALED_TABLES, type SealedTable } from './sealed-tables.ts';

/** What a statement does to the rows of a sealed table, as far as a seal has to know. */
export type Write =
  /** Its rows are its values. */
  | { readonly kind: 'insert'; readonly table: SealedTable; readonly rows: readonly RowShape[] }
  /** Rows whose key is there already stay as they are. */
  | { readonly kind: 'insert_new'; readonly table: SealedTable }
  /** Rows whose key is there already change. */
  | { readonly kind: 'upsert'; readonly table: SealedTable; readonly rows: readonly RowShape[] }
  | {
      readonly kind: 'update' | 'delete';
      readonly table: SealedTable;
      readonly where: string;
      readonly skip: number;
    }
  /** None of the forms above: the whole table is added up before and behind it. */
  | { readonly kind: 'other'; readonly table: SealedTable };

/** Where the values of a row stand in the values of a statement: an index, or a constant. */
export type RowShape = ReadonlyMap<string, number | { readonly constant: SqlValue }>;

const VERB = /^\s*(INSERT|UPDATE|DELETE)(?:\s+(?:INTO|FROM))?\s+(\w+)\s+/i;
const INSERT =
  /^\s*INSERT INTO \w+ \(([^()]*)\)\s+VALUES\s+(.*?)(?:\s+ON CONFLICT \(([^()]*)\) DO (NOTHING|UPDATE)\b.*)?$/s;
const ROW = /\(([^()]*)\)(?:,\s*|$)/gy;

/** @returns undefined for a statement that writes no sealed table, or only columns that are not sealed */
export function writeIn(sql: string): Write | undefined {
  const [head, verb, name = ''] = VERB.exec(sql) ?? [];
  const table = SEALED_TABLES.get(name);
  if (head === undefined || verb === undefined || table === undefined) return undefined;
  if (/\bRETURNING\b/i.test(sql)) return { kind: 'other', table };
  if (verb.toUpperCase() === 'INSERT') return insertIn(sql, table);
  const { before, where } = splitWhere(sql.slice(head.length));
  if (verb.toUpperCase() === 'DELETE') return { kind: 'delete', table, where, skip: 0 };
  const set = before.replace(/^SET\s+/i, '');
  const columns = set.split(/,(?![^(]*\))/).map((part) => part.trim().split(/\s*=/)[0] ?? '');
  if (columns.every((column) => isLoose(name, column))) return undefined;
  return { kind: 'update', table, where, skip: marksIn(set) };
}

function insertIn(sql: string, table: SealedTable): Write {
  const [, columns, values = '', conflict, then] = INSERT.exec(sql) ?? [];
  if (columns === undefined) return { kind: 'other', table };
  if (then === 'NOTHING')
    return table.group === undefined ? { kind: 'insert_new', table } : { kind: 'other', table };
  const rows = rowsIn(
    values,
    columns.split(',').map((column) => column.trim()),
  );
  if (rows === undefined) return { kind: 'other', table };
  if (then === undefined) return { kind: 'insert', table, rows };
  const isByKey = conflict === table.key.join(', ') && table.group === undefined;
  return isByKey ? { kind: 'upsert', table, rows } : { kind: 'other', table };
}

/** @returns undefined where a value is neither a mark nor a plain constant */
function rowsIn(values: string, columns: readonly string[]): readonly RowShape[] | undefined {
  const rows: RowShape[] = [];
  let index = 0;
  let end = 0;
  for (const { 0: whole, 1: body = '', index: start } of values.matchAll(ROW)) {
    const row = new Map<string, number | { readonly constant: SqlValue }>();
    const cells = body.split(',').map((cell) => cell.trim());
    if (cells.length !== columns.length) return undefined;
    for (const [at, cell] of cells.entries()) {
      const constant = cell === '?' ? undefined : constantIn(cell);
      if (cell !== '?' && constant === undefined) return undefined;
      row.set(columns[at] ?? '', constant ?? index++);
    }
    rows.push(row);
    end = start + whole.length;
  }
  return end === values.length ? rows : undefined;
}

function constantIn(cell: string): { readonly constant: SqlValue } | undefined {
  if (cell === 'NULL') return { constant: null };
  if (/^[0-9]+$/.test(cell)) return { constant: Number(cell) };
  const text = /^'([^']*)'$/.exec(cell)?.[1];
  return text === undefined ? undefined : { constant: text };
}

/** Cuts a statement at its outermost WHERE. */
function splitWhere(text: string): { readonly before: string; readonly where: string } {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/'(?:[^']|'')*'|[()]|\bWHERE\b/gi)) {
    if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    else if (depth === 0 && token.toUpperCase() === 'WHERE')
      return { before: text.slice(0, index), where: text.slice(index) };
  }
  return { before: text, where: '' };
}

function marksIn(text: string): number {
  return text.replace(/'(?:[^']|'')*'/g, '').split('?').length - 1;
}
