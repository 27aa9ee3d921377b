import { type ChartAccount, type Entry, type EntryKind, INVARIANTS, type Posting } from '@adit/money';
import { amountOf, numberOf, textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { type LedgerCheck, NOTHING } from './ledger-check.ts';

/** I1: every entry sums to zero. */
export const entriesBalance: LedgerCheck = async function* ({ queries }) {
  for await (const { chain, entry } of eachEntry(queries))
    for (const breach of INVARIANTS.I1({ ...NOTHING, entries: [entry] })) yield { chain, ...breach };
};

/** Yields all entries that have lines, in the order in which they were posted, without what they take back. */
async function* eachEntry(
  queries: Queries,
): AsyncGenerator<{ readonly chain: string; readonly entry: Entry }> {
  let lines: SqlRow[] = [];
  for await (const row of eachLine(queries)) {
    if (lines[0] !== undefined && lines[0]['entry'] !== row['entry']) {
      yield entryIn(lines[0], lines);
      lines = [];
    }
    lines.push(row);
  }
  if (lines[0] !== undefined) yield entryIn(lines[0], lines);
}

function eachLine(queries: Queries): AsyncGenerator<SqlRow> {
  return eachRow((last) =>
    queries.all(
      'SELECT p.entry AS entry, p.line AS line, p.account AS account, p.amount AS amount, e.chain AS chain, e.kind AS kind, e.source_key AS source_key FROM posting p JOIN entry e ON e.id = p.entry WHERE (p.entry, p.line) > (?, ?) ORDER BY p.entry, p.line LIMIT ?',
      last === undefined ? [0, 0, PAGE_ROWS] : [numberOf(last, 'entry'), numberOf(last, 'line'), PAGE_ROWS],
    ),
  );
}

function entryIn(first: SqlRow, lines: readonly SqlRow[]): { readonly chain: string; readonly entry: Entry } {
  return {
    chain: textOf(first, 'chain'),
    entry: {
      kind: textOf(first, 'kind') as EntryKind,
      key: textOf(first, 'source_key'),
      reverses: [],
      postings: lines.map(
        (row): Posting => ({
          account: textOf(row, 'account') as ChartAccount,
          amount: amountOf(row, 'amount'),
        }),
      ),
    },
  };
}
