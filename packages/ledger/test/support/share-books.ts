import { type Queries, SqliteDatabase } from '@adit/ledger';
import { unpackSums } from '../../src/shares/slice-codec.ts';
import { bytesOf, openSlice } from '../../src/shares/slice-store.ts';

/** A ledger in memory that is closed behind the test. */
export async function memoryLedger(t: { after(work: () => Promise<void>): void }): Promise<SqliteDatabase> {
  const database = await SqliteDatabase.open(':memory:');
  t.after(() => database.close());
  return database;
}

/** What the slices of a ledger say about each account: weight and score, by `chain/account`. */
export async function totalsOf(
  queries: Queries,
): Promise<Map<string, { weight: bigint; score: bigint; shares: number }>> {
  const totals = new Map<string, { weight: bigint; score: bigint; shares: number }>();
  const names = new Map(
    (await queries.all('SELECT chain, id, name FROM share_account')).map((row) => [
      `${row['chain']} ${row['id']}`,
      `${row['chain']}/${row['name']}`,
    ]),
  );
  for (const row of await queries.all('SELECT chain, first_number, sums FROM slice')) {
    const chain = String(row['chain']);
    for (const sum of unpackSums(bytesOf(row, 'sums'))) {
      const name = names.get(`${chain} ${sum.account}`) ?? '?';
      const total = totals.get(name) ?? { weight: 0n, score: 0n, shares: 0 };
      total.weight += sum.weight;
      total.score += sum.score;
      totals.set(name, total);
    }
    for (const { account } of (await openSlice(queries, chain, Number(row['first_number']))).shares) {
      const total = totals.get(names.get(`${chain} ${account}`) ?? '?');
      if (total !== undefined) total.shares += 1;
    }
  }
  return totals;
}

/** All that a ledger keeps of shares, as it is. */
export async function shareTables(queries: Queries): Promise<Record<string, unknown>> {
  const tables: Record<string, unknown> = {};
  for (const [name, order] of [
    ['journal_mark', 'instance'],
    ['left_out', 'instance, first_sequence'],
    ['share_chain', 'chain'],
    ['share_account', 'chain, id'],
    ['slice', 'chain, first_number'],
    ['slice_journal', 'chain, first_number, instance'],
    ['correction', 'chain, number, position'],
    ['block', 'chain, hash'],
  ])
    tables[name ?? ''] = await queries.all(`SELECT * FROM ${name} ORDER BY ${order}`);
  return tables;
}
