import type { Queries, SqlRow, SqlValue } from '../database/ledger-database.ts';
import { eachRow } from '../database/pages.ts';
import { marks } from '../database/slices.ts';
import { RowAdder, type TableSum } from './row-digest.ts';
import type { SealedTable } from './sealed-tables.ts';

/** Adds up all rows of a table, page by page. */
export async function tableSum(queries: Queries, table: SealedTable): Promise<TableSum> {
  const adder = new RowAdder(table);
  for await (const row of eachSealedRow(queries, table)) adder.add(row);
  return adder.sum();
}

function eachSealedRow(queries: Queries, table: SealedTable): AsyncGenerator<SqlRow> {
  const { name, columns, key, pageRows } = table;
  const order = key.join(', ');
  const select = `SELECT ${columns.join(', ')} FROM ${name}`;
  return eachRow<SqlRow>(
    (last) =>
      last === undefined
        ? queries.all(`${select} ORDER BY ${order} LIMIT ?`, [pageRows])
        : queries.all(`${select} WHERE (${order}) > (${marks(key.length)}) ORDER BY ${order} LIMIT ?`, [
            ...key.map((column): SqlValue => last[column] ?? null),
            pageRows,
          ]),
    pageRows,
  );
}
