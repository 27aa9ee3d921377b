import { openAccount } from '@adit/money';
import type { Finding } from '../books/checks/ledger-check.ts';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { marks, slicesOf } from '../database/slices.ts';
import { NO_END } from './chain-ends.ts';
import { digestOfEntry, ENTRY_COLUMNS } from './entry-digest.ts';

/** Accounts that are about to be paid. */
export interface PaidAccounts {
  readonly chain: string;
  readonly accounts: readonly string[];
}

/**
 * The balances of accounts that are about to be paid are those behind their newest lines, and the entries of these lines are as they
 * were posted. That is bounded by the accounts of a batch, however long the books are.
 */
export async function* balancesAreSealed(
  queries: Queries,
  { chain, accounts }: PaidAccounts,
): AsyncGenerator<Finding> {
  const entries = new Set<number>();
  for (const slice of slicesOf(accounts.map((name) => openAccount('miner', name)))) {
    const rows = await queries.all(
      `SELECT b.account AS account, b.amount AS amount, b.entry AS entry, p.balance AS posted,
         (SELECT MAX(n.entry) FROM posting n WHERE n.chain = b.chain AND n.account = b.account) AS newest
       FROM balance b LEFT JOIN posting p ON p.chain = b.chain AND p.account = b.account AND p.entry = b.entry
       WHERE b.chain = ? AND b.account IN (${marks(slice.length)})`,
      [chain, ...slice],
    );
    for (const row of rows) {
      const entry = numberOf(row, 'entry');
      entries.add(entry);
      if (row['amount'] !== row['posted'] || entry !== row['newest'])
        yield {
          chain,
          about: textOf(row, 'account'),
          detail: 'its balance is not that of its newest line',
        };
    }
  }
  for (const id of entries) {
    const [row] = await queries.all(`SELECT ${ENTRY_COLUMNS} FROM entry WHERE id = ?`, [id]);
    const [before] = await queries.all('SELECT digest FROM entry WHERE id < ? ORDER BY id DESC LIMIT 1', [
      id,
    ]);
    const previous = before === undefined ? NO_END.digest : textOf(before, 'digest');
    const isRight =
      row !== undefined && (await digestOfEntry(queries, row, previous)) === textOf(row, 'digest');
    if (!isRight) yield { chain, about: `entry ${id}`, detail: 'it is not as the ledger posted it' };
  }
}
