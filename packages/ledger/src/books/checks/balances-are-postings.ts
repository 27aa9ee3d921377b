import { compareIds } from '@adit/money';
import { amountOf, numberOf, textOf } from '../../database/cells.ts';
import type { Queries, SqlRow } from '../../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../../database/pages.ts';
import type { Finding, LedgerCheck } from './ledger-check.ts';

/** An account of the books, and what its balance or its lines say. */
interface Side {
  readonly chain: string;
  readonly account: string;
  readonly amount: bigint;
  /** How many lines it has. */
  readonly lines: number;
  /** The entry of the last one. */
  readonly entry: number;
  /** A line whose balance does not follow from the one before. */
  readonly fault: string | undefined;
}

/** I3: a stored balance is the sum of its lines, and each line says rightly what the balance was after it. */
export const balancesArePostings: LedgerCheck = async function* ({ queries }) {
  const balances = eachStored(queries);
  const sums = eachPosted(queries);
  let [stored, posted] = [await balances.next(), await sums.next()];
  while (!stored.done || !posted.done) {
    const order = stored.done ? 1 : posted.done ? -1 : compare(stored.value, posted.value);
    const finding = compared(
      order <= 0 && !stored.done ? stored.value : undefined,
      order >= 0 && !posted.done ? posted.value : undefined,
    );
    if (finding !== undefined) yield finding;
    if (order <= 0) stored = await balances.next();
    if (order >= 0) posted = await sums.next();
  }
};

function compared(stored: Side | undefined, posted: Side | undefined): Finding | undefined {
  const side = stored ?? posted;
  if (side === undefined) return undefined;
  const detail =
    stored === undefined
      ? `no balance is stored, ${side.amount} was posted`
      : posted === undefined
        ? `${side.amount} is stored, nothing was posted`
        : stored.amount !== posted.amount
          ? `${stored.amount} is stored, ${posted.amount} was posted`
          : stored.lines !== posted.lines || stored.entry !== posted.entry
            ? `the balance is that after ${stored.lines} lines, there are ${posted.lines}`
            : posted.fault;
  return detail === undefined ? undefined : { chain: side.chain, about: side.account, detail };
}

function compare(a: Side, b: Side): number {
  return compareIds(a.chain, b.chain) || compareIds(a.account, b.account);
}

async function* eachStored(queries: Queries): AsyncGenerator<Side, void> {
  const rows = eachRow<SqlRow>((last) =>
    queries.all(
      'SELECT chain, account, amount, version, entry FROM balance WHERE (chain, account) > (?, ?) ORDER BY chain, account LIMIT ?',
      last === undefined ? ['', '', PAGE_ROWS] : [textOf(last, 'chain'), textOf(last, 'account'), PAGE_ROWS],
    ),
  );
  for await (const row of rows)
    yield {
      chain: textOf(row, 'chain'),
      account: textOf(row, 'account'),
      amount: amountOf(row, 'amount'),
      lines: numberOf(row, 'version'),
      entry: numberOf(row, 'entry'),
      fault: undefined,
    };
}

async function* eachPosted(queries: Queries): AsyncGenerator<Side, void> {
  let side: Side | undefined;
  for await (const row of eachLine(queries)) {
    const [chain, account] = [textOf(row, 'chain'), textOf(row, 'account')];
    if (side !== undefined && (side.chain !== chain || side.account !== account)) {
      yield side;
      side = undefined;
    }
    const entry = numberOf(row, 'entry');
    const amount: bigint = (side?.amount ?? 0n) + amountOf(row, 'amount');
    const says = amountOf(row, 'balance');
    const fault: string | undefined =
      says === amount ? undefined : `its line of entry ${entry} says ${says}, and the sum is ${amount}`;
    side = { chain, account, amount, lines: (side?.lines ?? 0) + 1, entry, fault: side?.fault ?? fault };
  }
  if (side !== undefined) yield side;
}

function eachLine(queries: Queries): AsyncGenerator<SqlRow> {
  return eachRow((last) =>
    queries.all(
      'SELECT chain, account, entry, amount, balance FROM posting WHERE (chain, account, entry) > (?, ?, ?) ORDER BY chain, account, entry LIMIT ?',
      last === undefined
        ? ['', '', 0, PAGE_ROWS]
        : [textOf(last, 'chain'), textOf(last, 'account'), numberOf(last, 'entry'), PAGE_ROWS],
    ),
  );
}
