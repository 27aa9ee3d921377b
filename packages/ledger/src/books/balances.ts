import type { ChartAccount, OpenKind } from '@adit/money';
import { amountOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../database/pages.ts';

/** Debits less credits: what the pool owes is below zero. @returns zero for an account that nothing was posted to */
export async function balanceOf(queries: Queries, chain: string, account: ChartAccount): Promise<bigint> {
  const [row] = await queries.all('SELECT amount FROM balance WHERE chain = ? AND account = ?', [
    chain,
    account,
  ]);
  return row === undefined ? 0n : amountOf(row, 'amount');
}

/** An account of the books and its balance, which is not zero. */
export interface Balance {
  readonly account: ChartAccount;
  readonly amount: bigint;
}

/**
 * Reads the balances that are not zero, ordered by the bytes of their accounts' names.
 * @param kind of the accounts, such as `miner`; all accounts if it is left out. All of a busy pool are some 100,000.
 */
export async function balancesOf(
  queries: Queries,
  chain: string,
  kind?: OpenKind,
): Promise<ReadonlyMap<ChartAccount, bigint>> {
  const found = new Map<ChartAccount, bigint>();
  for await (const { account, amount } of eachBalance(queries, chain, kind))
    if (amount !== 0n) found.set(account, amount);
  return found;
}

/** Reads balances one after the other, zeros too, ordered by the bytes of their accounts' names. It keeps one page in memory. */
export async function* eachBalance(
  queries: Queries,
  chain: string,
  kind?: OpenKind,
): AsyncGenerator<Balance> {
  const prefix = kind === undefined ? '' : `liab:${kind}:`;
  const rows = eachRow<SqlRow>((last) =>
    pageOf(queries, chain, {
      after: last === undefined ? prefix : textOf(last, 'account'),
      before: endOf(prefix),
    }),
  );
  for await (const row of rows)
    yield { account: textOf(row, 'account') as ChartAccount, amount: amountOf(row, 'amount') };
}

function pageOf(
  queries: Queries,
  chain: string,
  { after, before }: { after: string; before: string | undefined },
): Promise<readonly SqlRow[]> {
  return before === undefined
    ? queries.all(
        'SELECT account, amount FROM balance WHERE chain = ? AND account > ? ORDER BY account LIMIT ?',
        [chain, after, PAGE_ROWS],
      )
    : queries.all(
        'SELECT account, amount FROM balance WHERE chain = ? AND account > ? AND account < ? ORDER BY account LIMIT ?',
        [chain, after, before, PAGE_ROWS],
      );
}

/** The first name behind all that begin with the prefix, which ends in a colon: a semicolon is the next byte. */
function endOf(prefix: string): string | undefined {
  return prefix === '' ? undefined : `${prefix.slice(0, -1)};`;
}
