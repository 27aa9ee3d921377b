import { ppsEntry } from '@adit/money';
import { postEntry } from '../books/post-entry.ts';
import { termsReader } from '../books/terms.ts';
import { amountOf, numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { marks, rowsOfMarks, slicesOf } from '../database/slices.ts';
import { SLICE_SHARES } from '../shares/slice-store.ts';
import { paidScores } from './paid-scores.ts';
import { payInterval } from './pay-interval.ts';
import { type Tariff, tariffAt, tariffsOf } from './tariffs.ts';

/** Shares of one entry at most: 64 slices. With more, one transaction would hold up all else. */
const MOST_SHARES = 64 * SLICE_SHARES;

/** An interval of shares behind which all is credited. */
export interface CreditedInterval {
  readonly chain: string;
  readonly first: number;
  readonly last: number;
  /** What left the reserve. Zero where no share of the interval is paid at once. */
  readonly paid: bigint;
  readonly accounts: number;
  /** True if more shares wait. */
  readonly isMore: boolean;
}

/** @returns how many numbered shares are not credited; undefined for a chain that never paid a share at once */
export async function uncreditedShares(queries: Queries, chain: string): Promise<number | undefined> {
  const range = await rangeOf(queries, chain);
  return range === undefined ? undefined : Math.max(0, range.end - range.next);
}

/**
 * Credits the next shares that are paid at once, within the caller's transaction: one entry for all accounts of an interval. The interval
 * lies under one tariff. What it covers is recorded, so the same shares are never paid again, wherever a process is killed.
 * @returns undefined if no share waits
 * @throws AditError `ADIT_LEDGER_TERMS`, `ADIT_LEDGER_SHARES`
 */
export async function creditShares(
  queries: Queries,
  chain: string,
  timeMs: number,
): Promise<CreditedInterval | undefined> {
  const range = await rangeOf(queries, chain);
  if (range === undefined || range.next >= range.end) return undefined;
  const { next: first, end, tariffs } = range;
  const tariff = tariffAt(tariffs, first);
  const changes = tariffs.find(({ from }) => from !== null && from > first)?.from ?? end;
  // Under a shut reserve no share is paid at once, so there is nothing to read.
  const last = Math.min(changes, end, tariff?.isOpen === true ? first + MOST_SHARES : end) - 1;
  const made =
    tariff?.isOpen === true
      ? await creditUnder(queries, tariff, { chain, first, last, timeMs })
      : { paid: 0n, accounts: 0 };
  await queries.run(
    'INSERT INTO pps_mark (chain, next_number) VALUES (?, ?) ON CONFLICT (chain) DO UPDATE SET next_number = excluded.next_number',
    [chain, last + 1],
  );
  return { chain, first, last, ...made, isMore: last + 1 < end };
}

async function creditUnder(
  queries: Queries,
  tariff: Tariff,
  interval: {
    readonly chain: string;
    readonly first: number;
    readonly last: number;
    readonly timeMs: number;
  },
): Promise<{ readonly paid: bigint; readonly accounts: number }> {
  const { chain, first, last, timeMs } = interval;
  const { accounts, lastMs } = await paidScores(queries, chain, interval);
  const names = [...accounts.keys()];
  if (names.length === 0) return { paid: 0n, accounts: 0 };
  // Terms never begin in the past, so those of a time that is over stay as they are. A pool's clock may be ahead of ours.
  const termsMs = Math.min(lastMs, timeMs);
  const termsOf = await termsReader(queries, chain, names, termsMs);
  const interim = await carriesOf(queries, chain, names);
  const { payments, carries, score, paid } = payInterval(accounts, tariff, termsOf, interim);
  const entry = ppsEntry({ chain, first: BigInt(first), last: BigInt(last) }, payments);
  await postEntry(queries, chain, entry, timeMs);
  for (const slice of slicesOf([...carries]))
    await queries.run(
      `INSERT INTO pps_carry (chain, account, carry) VALUES ${rowsOfMarks(slice.length, 3)} ON CONFLICT (chain, account) DO UPDATE SET carry = excluded.carry`,
      slice.flatMap(([account, carry]) => [chain, account, String(carry)]),
    );
  await queries.run(
    'INSERT INTO pps_interval (chain, first_number, last_number, tariff, terms_ms, made_ms, score, paid, accounts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    [chain, first, last, tariff.position, termsMs, timeMs, String(score), String(paid), names.length],
  );
  return { paid, accounts: names.length };
}

/** The shares that are not credited yet. */
async function rangeOf(
  queries: Queries,
  chain: string,
): Promise<{ readonly next: number; readonly end: number; readonly tariffs: readonly Tariff[] } | undefined> {
  const tariffs = await tariffsOf(queries, chain);
  const begun = tariffs.find(({ from }) => from !== null)?.from;
  if (begun === undefined || begun === null) return undefined;
  const [mark] = await queries.all('SELECT next_number FROM pps_mark WHERE chain = ?', [chain]);
  const [shares] = await queries.all('SELECT next_number FROM share_chain WHERE chain = ?', [chain]);
  return {
    next: mark === undefined ? begun : numberOf(mark, 'next_number'),
    end: shares === undefined ? begun : numberOf(shares, 'next_number'),
    tariffs,
  };
}

async function carriesOf(
  queries: Queries,
  chain: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, bigint>> {
  const carries = new Map<string, bigint>();
  for (const slice of slicesOf(accounts)) {
    const sql = `SELECT account, carry FROM pps_carry WHERE chain = ? AND account IN (${marks(slice.length)})`;
    for (const row of await queries.all(sql, [chain, ...slice]))
      carries.set(textOf(row, 'account'), amountOf(row, 'carry'));
  }
  return carries;
}
