import { type DueAccount, nameIn, openAccount } from '@adit/money';
import { numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { marks, slicesOf } from '../database/slices.ts';
import { balancesOf } from './balances.ts';
import { payeesAt } from './payees.ts';
import { statementOf } from './read-entries.ts';
import { termsReader } from './terms.ts';

/** Lines of a statement that are searched for the time since when an account is due. What is due for longer has waited longest anyway. */
const MOST_LINES = 2_000;

/**
 * Reads the accounts that are owed something, for the planner, and notes since when each is owed its minimum.
 * @param poolMinimum of the planner: the larger one of this and the account's own counts
 * @throws AditError `ADIT_LEDGER_TERMS`
 */
export async function dueAccounts(
  queries: Queries,
  chain: string,
  { atMs, poolMinimum }: { readonly atMs: number; readonly poolMinimum: bigint },
): Promise<readonly DueAccount[]> {
  const owed = new Map<string, bigint>();
  for (const [account, amount] of await balancesOf(queries, chain, 'miner')) {
    const name = nameIn(account, 'miner');
    if (name !== undefined) owed.set(name, -amount);
  }
  const names = [...owed.keys()];
  const termsOf = await termsReader(queries, chain, names, atMs);
  const payees = await payeesAt(queries, chain, names, atMs);
  const due: DueAccount[] = [];
  for (const slice of slicesOf(names))
    for (const { name, isParked, dueSinceMs } of await stored(queries, chain, slice)) {
      const { minimum } = termsOf(name);
      const least = minimum > poolMinimum ? minimum : poolMinimum;
      const amount = owed.get(name) ?? 0n;
      const since =
        amount < least ? null : (dueSinceMs ?? (await dueSince(queries, chain, name, least)) ?? atMs);
      if (since !== dueSinceMs)
        await queries.run('UPDATE account SET due_since_ms = ? WHERE chain = ? AND name = ?', [
          since,
          chain,
          name,
        ]);
      due.push({
        account: name,
        owed: amount,
        minimum,
        dueSinceMs: since ?? atMs,
        payee: payees.get(name) ?? null,
        isParked,
      });
    }
  return due;
}

/**
 * The time of the oldest line behind which the account was always owed the minimum. What was bound to a batch that was given back counts as
 * owed all the time: otherwise a wallet that refuses each batch would make everybody due anew, and nobody would seem to wait.
 */
async function dueSince(
  queries: Queries,
  chain: string,
  name: string,
  minimum: bigint,
): Promise<number | undefined> {
  let since: number | undefined;
  let bound = 0n;
  /** Amounts that were given back, by batch: lines behind its reservation lack them. */
  const givenBack = new Map<string, bigint>();
  const lines = await statementOf(queries, chain, openAccount('miner', name), { limit: MOST_LINES });
  for (const { balance, amount, timeMs, kind, key } of lines) {
    if (-balance + bound < minimum) break;
    since = timeMs;
    const batch = key.slice(0, key.lastIndexOf(':'));
    if (kind === 'batch_release') {
      givenBack.set(batch, -amount);
      bound -= amount;
    }
    if (kind === 'batch_reserve') bound -= givenBack.get(batch) ?? 0n;
  }
  return since;
}

async function stored(queries: Queries, chain: string, names: readonly string[]) {
  const rows = await queries.all(
    `SELECT name, parked, due_since_ms FROM account WHERE chain = ? AND name IN (${marks(names.length)}) ORDER BY name`,
    [chain, ...names],
  );
  return rows.map((row) => ({
    name: textOf(row, 'name'),
    isParked: row['parked'] !== null,
    dueSinceMs: orNull(row, 'due_since_ms', numberOf),
  }));
}
