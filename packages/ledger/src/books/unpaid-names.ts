import { textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/** Which accounts without a payee are read: those behind a name, in the order of bytes. */
export interface NamePage {
  /** The last name of the page before; empty for the first page. */
  readonly after: string;
  readonly limit: number;
  /** Only accounts that were seen first at this time or later. */
  readonly sinceMs: number;
}

/** @returns names of accounts for which nobody was ever set to be paid */
export async function namesWithoutPayee(
  queries: Queries,
  chain: string,
  { after, limit, sinceMs }: NamePage,
): Promise<readonly string[]> {
  const rows = await queries.all(
    `SELECT a.name AS name FROM account a WHERE a.chain = ? AND a.name > ? AND a.since_ms >= ?
       AND NOT EXISTS (SELECT 1 FROM payee p WHERE p.chain = a.chain AND p.account = a.name)
     ORDER BY a.name LIMIT ?`,
    [chain, after, sinceMs, limit],
  );
  return rows.map((row) => textOf(row, 'name'));
}
