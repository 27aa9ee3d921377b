import { type BatchFacts, type ChartAccount, INVARIANTS, openAccount } from '@adit/money';
import { textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { batchFromRows } from '../../payouts/batch-rows.ts';
import type { StoredBatch } from '../../payouts/stored-batch.ts';
import { balanceOf } from '../balances.ts';
import { type Finding, type LedgerCheck, NOTHING } from './ledger-check.ts';

/** I5: what is bound to a batch is the sum of its items while it is open, and nothing otherwise. */
export const batchesAreBound: LedgerCheck = async function* ({ queries }) {
  for await (const batch of eachBatch(queries)) {
    const account: ChartAccount = openAccount('payout', batch.position.id);
    const balances = new Map([[account, await balanceOf(queries, batch.chain, account)]]);
    for (const breach of INVARIANTS.I5({ ...NOTHING, batches: [factsOf(batch)], balances }))
      yield { chain: batch.chain, ...breach };
  }
};

/** I9: an account is in at most one open batch, and pinned to it. */
export const accountsInOneBatch: LedgerCheck = async function* ({ queries }) {
  const open = await openBatches(queries);
  for (const chain of new Set(open.map((batch) => batch.chain))) {
    const batches = open.filter((batch) => batch.chain === chain).map(factsOf);
    for (const breach of INVARIANTS.I9({ ...NOTHING, batches })) yield { chain, ...breach };
  }
  yield* wrongPins(queries, open);
};

/** I10: a wallet account has at most one open batch. */
export const oneBatchPerWallet: LedgerCheck = async function* ({ queries }) {
  const open = await openBatches(queries);
  for (const chain of new Set(open.map((batch) => batch.chain))) {
    const batches = open.filter((batch) => batch.chain === chain).map(factsOf);
    for (const breach of INVARIANTS.I10({ ...NOTHING, batches })) yield { chain, ...breach };
  }
};

/** What the database keeps unique: it would have to be damaged. */
const MARKS = [
  'SELECT MIN(chain) AS chain, txid AS mark FROM batch_txid JOIN batch ON batch.id = batch_txid.batch GROUP BY txid HAVING COUNT(*) > 1',
  'SELECT MIN(chain) AS chain, operation AS mark FROM batch WHERE operation IS NOT NULL GROUP BY operation HAVING COUNT(*) > 1',
  'SELECT MIN(chain) AS chain, tag AS mark FROM batch GROUP BY tag HAVING COUNT(*) > 1',
];

/** I11: transactions, operations and tags belong to one batch. */
export const marksAreUnique: LedgerCheck = async function* ({ queries }) {
  for (const sql of MARKS)
    for (const row of await queries.all(sql))
      yield {
        chain: textOf(row, 'chain'),
        about: textOf(row, 'mark'),
        detail: 'it belongs to more than one batch',
      };
};

/** I12: nothing that was approved exceeds its caps. */
export const capsHold: LedgerCheck = async function* ({ queries }) {
  for await (const batch of eachBatch(queries))
    for (const breach of INVARIANTS.I12({ ...NOTHING, batches: [factsOf(batch)] }))
      yield { chain: batch.chain, ...breach };
};

async function* wrongPins(queries: Queries, open: readonly StoredBatch[]): AsyncGenerator<Finding> {
  const should = new Map(
    open.flatMap(({ chain, position, items }) =>
      items
        .filter(({ isReleased }) => !isReleased)
        .map(({ account }) => [`${chain} ${account}`, position.id] as const),
    ),
  );
  const pins = await queries.all('SELECT chain, account, batch FROM pin');
  for (const row of pins) {
    const [chain, account, batch] = [textOf(row, 'chain'), textOf(row, 'account'), textOf(row, 'batch')];
    if (should.get(`${chain} ${account}`) !== batch)
      yield { chain, about: account, detail: `it is pinned to batch ${batch}, which does not hold it` };
    should.delete(`${chain} ${account}`);
  }
  for (const [about, batch] of should)
    yield { chain: null, about, detail: `it is not pinned to batch ${batch}, which holds it` };
}

function factsOf(batch: StoredBatch): BatchFacts {
  return {
    batch: batch.position,
    wallet: batch.wallet,
    items: batch.items,
    marks: [],
    caps: batch.caps,
  };
}

/** Open batches of all wallets: one each. */
async function openBatches(queries: Queries): Promise<readonly StoredBatch[]> {
  const rows = await queries.all('SELECT * FROM batch WHERE is_open = 1 ORDER BY id');
  return Promise.all(rows.map((row) => batchOf(queries, row)));
}

async function* eachBatch(queries: Queries): AsyncGenerator<StoredBatch> {
  const rows = eachRow<SqlRow>((last) =>
    queries.all('SELECT * FROM batch WHERE id > ? ORDER BY id LIMIT ?', [
      last === undefined ? '' : textOf(last, 'id'),
      PAGE_ROWS,
    ]),
  );
  for await (const row of rows) yield batchOf(queries, row);
}

async function batchOf(queries: Queries, row: SqlRow): Promise<StoredBatch> {
  const id = textOf(row, 'id');
  const items = await queries.all('SELECT * FROM item WHERE batch = ? ORDER BY position', [id]);
  const txids = await queries.all('SELECT * FROM batch_txid WHERE batch = ? ORDER BY position', [id]);
  return batchFromRows(row, items, txids);
}
