import { ppsKey } from '@adit/money';
import { amountOf, numberOf, textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import type { LedgerCheck } from './ledger-check.ts';

/** I7 for shares that are paid at once: no share is in two intervals, and none behind the mark is in one. */
export const intervalsOnce: LedgerCheck = async function* ({ queries }) {
  let before: SqlRow | undefined;
  for await (const row of eachInterval(queries)) {
    const [chain, first] = [textOf(row, 'chain'), numberOf(row, 'first_number')];
    const isAgain =
      before !== undefined && textOf(before, 'chain') === chain && numberOf(before, 'last_number') >= first;
    const next = row['next_number'];
    const isBehind = typeof next !== 'number' || next <= numberOf(row, 'last_number');
    if (isAgain || isBehind)
      yield {
        chain,
        about: `the interval from share ${first} on`,
        detail: isAgain
          ? 'an interval before it has the same shares'
          : 'its shares are not marked as credited',
      };
    before = row;
  }
};

/** I8 for shares that are paid at once: each interval has its entry, by which the reserve paid that sum; and no other entry did. */
export const intervalsAddUp: LedgerCheck = async function* ({ queries }) {
  for await (const row of eachInterval(queries)) {
    const chain = textOf(row, 'chain');
    const [first, last] = [numberOf(row, 'first_number'), numberOf(row, 'last_number')];
    const key = ppsKey({ chain, first: BigInt(first), last: BigInt(last) });
    const [line] = await queries.all(
      "SELECT e.id AS id, p.amount AS amount FROM entry e LEFT JOIN posting p ON p.entry = e.id AND p.account = 'equity:pps' WHERE e.chain = ? AND e.source_key = ?",
      [chain, key],
    );
    const paid = line === undefined || line['amount'] === null ? 0n : amountOf(line, 'amount');
    if (line === undefined || paid !== amountOf(row, 'paid'))
      yield { chain, about: key, detail: `${textOf(row, 'paid')} was to be paid, the books paid ${paid}` };
  }
  const chains = await queries.all(
    "SELECT e.chain AS chain, COUNT(*) AS entries, (SELECT COUNT(*) FROM pps_interval i WHERE i.chain = e.chain) AS intervals FROM entry e WHERE e.kind = 'pps_credit' GROUP BY e.chain ORDER BY e.chain",
  );
  for (const row of chains) {
    const [entries, intervals] = [numberOf(row, 'entries'), numberOf(row, 'intervals')];
    if (entries !== intervals)
      yield {
        chain: textOf(row, 'chain'),
        about: 'equity:pps',
        detail: `${entries} entries pay for shares, and there are ${intervals} intervals`,
      };
  }
};

function eachInterval(queries: Queries): AsyncGenerator<SqlRow> {
  return eachRow((last) =>
    queries.all(
      'SELECT i.chain AS chain, i.first_number AS first_number, i.last_number AS last_number, i.paid AS paid, m.next_number AS next_number FROM pps_interval i LEFT JOIN pps_mark m ON m.chain = i.chain WHERE (i.chain, i.first_number) > (?, ?) ORDER BY i.chain, i.first_number LIMIT ?',
      last === undefined
        ? ['', -1, PAGE_ROWS]
        : [textOf(last, 'chain'), numberOf(last, 'first_number'), PAGE_ROWS],
    ),
  );
}
