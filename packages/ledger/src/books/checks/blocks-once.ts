import { type Entry, INVARIANTS } from '@adit/money';
import { textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import { type LedgerCheck, NOTHING } from './ledger-check.ts';

/** I7: a block is credited at most once, net of what was taken back. The keys of one block follow each other. */
export const blocksOnce: LedgerCheck = async function* ({ queries }) {
  let group: Entry[] = [];
  let place = '';
  let chain = '';
  for await (const row of eachCredit(queries)) {
    const key = textOf(row, 'source_key');
    const here = `${textOf(row, 'chain')} ${key.split(':').slice(0, 3).join(':')}`;
    if (here !== place) {
      for (const breach of INVARIANTS.I7({ ...NOTHING, entries: group })) yield { chain, ...breach };
      group = [];
    }
    place = here;
    chain = textOf(row, 'chain');
    if (row['reversal'] === null) group.push({ kind: 'block_credit', key, reverses: [], postings: [] });
  }
  for (const breach of INVARIANTS.I7({ ...NOTHING, entries: group })) yield { chain, ...breach };
};

function eachCredit(queries: Queries): AsyncGenerator<SqlRow> {
  return eachRow((last) =>
    queries.all(
      "SELECT e.chain AS chain, e.source_key AS source_key, r.entry AS reversal FROM entry e LEFT JOIN entry_reversal r ON r.chain = e.chain AND r.reversed_key = e.source_key WHERE (e.chain, e.source_key) > (?, ?) AND e.kind = 'block_credit' ORDER BY e.chain, e.source_key LIMIT ?",
      last === undefined
        ? ['', '', PAGE_ROWS]
        : [textOf(last, 'chain'), textOf(last, 'source_key'), PAGE_ROWS],
    ),
  );
}
