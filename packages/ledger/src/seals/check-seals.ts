import type { Finding } from '../books/checks/ledger-check.ts';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../database/pages.ts';
import { type ChainEnd, chainRows, NO_END, newestAudit } from './chain-ends.ts';
import { digestOfEntry, ENTRY_COLUMNS } from './entry-digest.ts';
import { FIRST_HEAD, hashOfHead, newestHeads, readSeals, type Seals, sumIn } from './seal-store.ts';
import { SEALED_TABLES, type SealedTable } from './sealed-tables.ts';
import { tableSum } from './table-sum.ts';

/** The rows of tables are those that the ledger wrote. @param tables all sealed ones if left out */
export async function* tablesAreSealed(
  queries: Queries,
  tables: Iterable<SealedTable> = SEALED_TABLES.values(),
): AsyncGenerator<Finding> {
  const seals = await readSeals(queries);
  for (const table of tables) {
    const wrote = sumIn(seals, table.name);
    const found = await tableSum(queries, table);
    if (found.rows !== wrote.rows)
      yield about(`the table ${table.name}`, `it has ${found.rows} rows, the ledger wrote ${wrote.rows}`);
    else if (found.digest !== wrote.digest)
      yield about(`the table ${table.name}`, 'a row is not as the ledger wrote it');
  }
}

/** The log of seals ends with what the seals are now. */
export async function* logIsSealed(queries: Queries): AsyncGenerator<Finding> {
  const seals = await readSeals(queries);
  const [last, before = FIRST_HEAD] = await newestHeads(queries, 2);
  const isNext =
    last !== undefined && last.number === before.number + 1 && last.hash === hashOfHead(before, seals);
  if (!isNext) yield about('the log of seals', 'its newest row is not that of the seals');
}

/**
 * Each entry behind `from` is as it was posted, and none is missing.
 * @param from the newest entry that was found to be right before
 * @returns the newest entry, from which the next check may begin; undefined where something is wrong
 */
export async function* entriesAreSealed(
  queries: Queries,
  from: ChainEnd = NO_END,
): AsyncGenerator<Finding, ChainEnd | undefined> {
  let end = from;
  if (!(await isThere(queries, from))) {
    yield about(`entry ${from.number}`, 'it is not as it was when it was looked at before');
    return undefined;
  }
  const rows = eachRow<SqlRow>((last) =>
    queries.all(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE id > ? ORDER BY id LIMIT ?`, [
      last === undefined ? from.number : numberOf(last, 'id'),
      PAGE_ROWS,
    ]),
  );
  for await (const row of rows) {
    const number = numberOf(row, 'id');
    const digest = await digestOfEntry(queries, row, end.digest);
    if (digest !== textOf(row, 'digest')) {
      yield {
        chain: textOf(row, 'chain'),
        about: `entry ${number}, ${textOf(row, 'source_key')}`,
        detail: 'it is not as the ledger posted it, or one before it is missing',
      };
      return undefined;
    }
    end = { number, digest };
  }
  const count = await chainRows(queries, 'entry');
  const wrong = endFault(await readSeals(queries), 'entry', { ...end, count });
  if (wrong !== undefined) yield about('the newest entry', wrong);
  return wrong === undefined ? end : undefined;
}

/** The audit ends where the ledger ended it. Whether its rows form a chain is I14. */
export async function* auditIsSealed(queries: Queries): AsyncGenerator<Finding> {
  const end = await newestAudit(queries);
  const count = await chainRows(queries, 'audit');
  const wrong = endFault(await readSeals(queries), 'audit_chain', { ...end, count });
  if (wrong !== undefined) yield about('the newest row of the audit', wrong);
}

function endFault(
  seals: Seals,
  name: string,
  end: ChainEnd & { readonly count: number },
): string | undefined {
  const { rows = 0, digest = NO_END.digest } = seals.get(name) ?? {};
  if (rows !== end.count) return `there are ${end.count} rows, the ledger wrote ${rows}`;
  return digest === end.digest ? undefined : 'it is not the one that the ledger wrote last';
}

async function isThere(queries: Queries, { number, digest }: ChainEnd): Promise<boolean> {
  if (number === 0) return true;
  const [row] = await queries.all('SELECT digest FROM entry WHERE id = ?', [number]);
  return row !== undefined && textOf(row, 'digest') === digest;
}

function about(what: string, detail: string): Finding {
  return { chain: null, about: what, detail };
}
