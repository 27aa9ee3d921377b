import type { BlockState, FixedAccount } from '@adit/money';
import { balanceOf, eachBalance } from '../books/balances.ts';
import { dueAccounts } from '../books/due-accounts.ts';
import { numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/** An account of the books that {@link moneyFigures} reads. */
export type WatchedAccount = Exclude<FixedAccount, 'equity:owner' | 'equity:pps-pending'>;

/** Accounts of the books whose balances operators watch. */
const WATCHED: readonly WatchedAccount[] = [
  'asset:immature',
  'asset:coinbase',
  'asset:transit',
  'asset:hot',
  'equity:fee-pending',
  'equity:fee',
  'equity:pps',
  'cost:network-fee',
  'suspense',
];

/** What is due to miners now. */
export interface DueFigures {
  /** Accounts that are owed their minimum and can be paid. */
  readonly accounts: number;
  /** What these are owed. */
  readonly amount: bigint;
  /** Since when the one that waits longest is due, in milliseconds since 1970; null if nothing is due. */
  readonly sinceMs: number | null;
  /** Accounts that are owed their minimum, and have no payee or are parked. */
  readonly unpayable: number;
}

/** The money of one chain, for those who watch it. Amounts are in the smallest unit. */
export interface MoneyFigures {
  /** All that miners are owed, with what is below their minimum. */
  readonly owed: bigint;
  readonly due: DueFigures;
  /** When the newest payout that is settled was begun, in milliseconds since 1970; null if none is. */
  readonly paidMs: number | null;
  /** What the pool has or bore is above zero, as are its fees, its reserve and what nobody can be named for. */
  readonly balances: Readonly<Record<WatchedAccount, bigint>>;
  /** Found blocks that may still move, by state. */
  readonly blocks: ReadonlyMap<BlockState, number>;
}

/**
 * Reads the money of a chain, and notes since when accounts are due, as the planner does.
 * @param minimum of the chain, in the smallest unit: the larger one of this and the account's own counts
 * @throws AditError `ADIT_LEDGER_TERMS`
 */
export async function moneyFigures(
  queries: Queries,
  { chain, minimum, atMs }: { readonly chain: string; readonly minimum: bigint; readonly atMs: number },
): Promise<MoneyFigures> {
  let owed = 0n;
  for await (const { amount } of eachBalance(queries, chain, 'miner')) if (amount < 0n) owed -= amount;
  const balances: Partial<Record<WatchedAccount, bigint>> = {};
  for (const account of WATCHED) {
    const balance = await balanceOf(queries, chain, account);
    balances[account] = isDebit(account) ? balance : -balance;
  }
  return {
    owed,
    due: await dueFigures(queries, chain, minimum, atMs),
    paidMs: await newestPayout(queries, chain),
    balances: balances as Record<WatchedAccount, bigint>,
    blocks: await visitedBlocks(queries, chain),
  };
}

/**
 * Counts found blocks of a chain whose last look got no answer, or that wait for a look that is due.
 * @returns 0 if all that there is to know about the chain is known
 */
export async function unansweredBlocks(queries: Queries, chain: string, atMs: number): Promise<number> {
  const [row] = await queries.all(
    `SELECT COUNT(*) AS count FROM block
      WHERE chain = ? AND next_ms IS NOT NULL AND (next_ms <= ? OR depth IS NULL OR alarm = 'failed')`,
    [chain, atMs],
  );
  return row === undefined ? 0 : numberOf(row, 'count');
}

async function dueFigures(
  queries: Queries,
  chain: string,
  poolMinimum: bigint,
  atMs: number,
): Promise<DueFigures> {
  let [accounts, unpayable, amount] = [0, 0, 0n];
  let sinceMs: number | null = null;
  for (const due of await dueAccounts(queries, chain, { atMs, poolMinimum })) {
    if (due.owed < (due.minimum > poolMinimum ? due.minimum : poolMinimum)) continue;
    if (due.payee === null || due.isParked) {
      unpayable += 1;
      continue;
    }
    accounts += 1;
    amount += due.owed;
    sinceMs = Math.min(sinceMs ?? due.dueSinceMs, due.dueSinceMs);
  }
  return { accounts, amount, sinceMs, unpayable };
}

async function newestPayout(queries: Queries, chain: string): Promise<number | null> {
  const [row] = await queries.all(
    "SELECT MAX(COALESCE(called_ms, approved_ms, planned_ms)) AS newest FROM batch WHERE chain = ? AND state = 'settled'",
    [chain],
  );
  return row === undefined ? null : orNull(row, 'newest', numberOf);
}

async function visitedBlocks(queries: Queries, chain: string): Promise<ReadonlyMap<BlockState, number>> {
  const rows = await queries.all(
    'SELECT state, COUNT(*) AS count FROM block WHERE chain = ? AND next_ms IS NOT NULL GROUP BY state',
    [chain],
  );
  return new Map(rows.map((row) => [textOf(row, 'state') as BlockState, numberOf(row, 'count')]));
}

function isDebit(account: WatchedAccount): boolean {
  return account.startsWith('asset:') || account.startsWith('cost:');
}
