import { expectedBlocks, type LuckCounts, TESTS_PER_YEAR } from '@adit/money';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import { eachRow } from '../database/pages.ts';
import { accountNames } from '../shares/share-accounts.ts';
import { unpackSums } from '../shares/slice-codec.ts';
import { bytesOf } from '../shares/slice-store.ts';

/** What an account was expected to find, and found: orphans and blocks that nodes refused count as found. */
export interface AccountLuck {
  readonly account: string;
  /** Of the last twelve months together. */
  readonly all: LuckCounts;
  /** Counts since the beginning of each of the last twelve months (UTC), the longest time first: one test each. */
  readonly tests: readonly LuckCounts[];
}

/** The luck of a chain in the last twelve months. */
export interface ChainLuck {
  readonly pool: AccountLuck;
  /** In no order. */
  readonly accounts: readonly AccountLuck[];
}

/** Slices that are in memory at once. */
const PAGE = 16;

/** Expected and found blocks of one account, by month. */
class Months {
  readonly expected = new Array<number>(TESTS_PER_YEAR).fill(0);
  readonly found = new Array<number>(TESTS_PER_YEAR).fill(0);

  add(month: number, expected: number, found: number): void {
    this.expected[month] = (this.expected[month] ?? 0) + expected;
    this.found[month] = (this.found[month] ?? 0) + found;
  }

  luck(account: string): AccountLuck {
    const sum = (list: readonly number[], from: number) =>
      list.slice(from).reduce((all, one) => all + one, 0);
    const tests = this.expected.map((_, from) => ({
      lambda: sum(this.expected, from),
      found: sum(this.found, from),
    }));
    return { account, all: tests[0] ?? { lambda: 0, found: 0 }, tests };
  }
}

/**
 * Reads expected and found blocks of the last twelve months by account. It keeps a few slices and two figures a month for each account in
 * memory. A slice belongs to the month of its newest share. Fruits are not counted: shares are scored by the target of blocks.
 */
export async function readLuck(queries: Queries, chain: string, nowMs: number): Promise<ChainLuck> {
  const last = monthOf(nowMs);
  const at = (ms: number) =>
    Math.max(0, Math.min(TESTS_PER_YEAR - 1, TESTS_PER_YEAR - 1 - last + monthOf(ms)));
  const sinceMs = startOf(last + 1 - TESTS_PER_YEAR);
  const pool = new Months();
  const byId = new Map<number, Months>();
  const byName = new Map<string, Months>();
  const rows = eachRow<SqlRow>(
    (before) =>
      queries.all(
        'SELECT first_number, last_ms, sums FROM slice WHERE chain = ? AND first_number > ? AND last_ms >= ? ORDER BY first_number LIMIT ?',
        [chain, before === undefined ? 0 : numberOf(before, 'first_number'), sinceMs, PAGE],
      ),
    PAGE,
  );
  for await (const row of rows) {
    const month = at(numberOf(row, 'last_ms'));
    for (const { account, score } of unpackSums(bytesOf(row, 'sums'))) {
      const months = byId.get(account) ?? new Months();
      byId.set(account, months);
      months.add(month, expectedBlocks(score), 0);
      pool.add(month, expectedBlocks(score), 0);
    }
  }
  const names = await accountNames(queries, chain, new Set(byId.keys()));
  for (const [id, months] of byId) byName.set(names.get(id) ?? `#${id}`, months);
  for (const row of await queries.all(
    "SELECT account, found_ms FROM block WHERE chain = ? AND what = 'block' AND found_ms >= ?",
    [chain, sinceMs],
  )) {
    const month = at(numberOf(row, 'found_ms'));
    byName.get(textOf(row, 'account'))?.add(month, 0, 1);
    pool.add(month, 0, 1);
  }
  return { pool: pool.luck(''), accounts: [...byName].map(([account, months]) => months.luck(account)) };
}

/** Months since the year 0. */
function monthOf(ms: number): number {
  const date = new Date(ms);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

function startOf(month: number): number {
  return Date.UTC(Math.floor(month / 12), month % 12, 1);
}
