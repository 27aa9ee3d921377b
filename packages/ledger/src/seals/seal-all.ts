import { numberOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../database/pages.ts';
import { type ChainEnd, chainRows, NO_END, newestAudit } from './chain-ends.ts';
import { digestOfEntry, ENTRY_COLUMNS } from './entry-digest.ts';
import { readSeals, sealOf, writeSeals } from './seal-store.ts';
import { SEALED_TABLES } from './sealed-tables.ts';
import { tableSum } from './table-sum.ts';

/**
 * Seals books as they stand, within the caller's transaction: what is in them from now on counts as what the ledger wrote. That is for
 * books of an older version, and for a person who has looked at what was changed and takes it over.
 */
export async function sealAll(queries: Queries): Promise<void> {
  const changed = new Map<string, { readonly rows: number; readonly digest: string }>();
  for (const [name, table] of SEALED_TABLES) changed.set(name, sealOf(await tableSum(queries, table)));
  const entries = await chainEntries(queries);
  changed.set('entry', { rows: entries.count, digest: entries.end.digest });
  const audit = await newestAudit(queries);
  changed.set('audit_chain', { rows: await chainRows(queries, 'audit'), digest: audit.digest });
  await writeSeals(queries, await readSeals(queries), changed);
}

/** Gives each entry its digest. */
async function chainEntries(queries: Queries): Promise<{ readonly end: ChainEnd; readonly count: number }> {
  let end = NO_END;
  let count = 0;
  const rows = eachRow<SqlRow>((last) =>
    queries.all(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE id > ? ORDER BY id LIMIT ?`, [
      last === undefined ? 0 : numberOf(last, 'id'),
      PAGE_ROWS,
    ]),
  );
  for await (const row of rows) {
    const number = numberOf(row, 'id');
    const digest = await digestOfEntry(queries, row, end.digest);
    await queries.run('UPDATE entry SET digest = ? WHERE id = ?', [digest, number]);
    end = { number, digest };
    count += 1;
  }
  return { end, count };
}
