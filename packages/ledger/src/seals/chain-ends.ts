import { numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';

/** The newest row of a chain of digests. */
export interface ChainEnd {
  readonly number: number;
  readonly digest: string;
}

/** What stands before the first row of a chain. */
export const NO_END: ChainEnd = { number: 0, digest: '0'.repeat(64) };

export async function newestEntry(queries: Queries): Promise<ChainEnd> {
  return endIn(await queries.all('SELECT id AS number, digest FROM entry ORDER BY id DESC LIMIT 1'));
}

export async function newestAudit(queries: Queries): Promise<ChainEnd> {
  return endIn(await queries.all('SELECT number, hash AS digest FROM audit ORDER BY number DESC LIMIT 1'));
}

/** @returns how many rows a chain of digests has */
export async function chainRows(queries: Queries, table: 'entry' | 'audit'): Promise<number> {
  const [row] = await queries.all(`SELECT COUNT(*) AS row_count FROM ${table}`);
  return row === undefined ? 0 : numberOf(row, 'row_count');
}

function endIn([row]: readonly SqlRow[]): ChainEnd {
  return row === undefined ? NO_END : { number: numberOf(row, 'number'), digest: textOf(row, 'digest') };
}
