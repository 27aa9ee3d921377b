import { ppsEntry, sameEntry } from '@adit/money';
import { entryOf } from '../books/read-entries.ts';
import { termsReader } from '../books/terms.ts';
import { amountOf, numberOf, textOf } from '../database/cells.ts';
import type { LedgerDatabase, Queries } from '../database/ledger-database.ts';
import { eachRow, PAGE_ROWS } from '../database/pages.ts';
import type { Mismatch } from '../shares/rebuild.ts';
import { paidScores } from './paid-scores.ts';
import { payInterval } from './pay-interval.ts';
import { type Tariff, tariffsOf } from './tariffs.ts';

/** An interval as it was credited. */
interface BookedInterval {
  readonly first: number;
  readonly last: number;
  readonly tariff: number;
  readonly termsMs: number;
  readonly score: bigint;
  readonly paid: bigint;
}

/** What was credited at a time. Later credits are for shares that a rebuild may not have seen. */
export interface PpsBooked {
  readonly chain: string;
  /** Shares before this number were credited. */
  readonly next: number;
  readonly begun: number;
}

/** @returns the chains that ever paid a share at once, with what is credited now */
export async function ppsBooked(queries: Queries): Promise<readonly PpsBooked[]> {
  const rows = await queries.all(
    'SELECT m.chain AS chain, m.next_number AS next_number, MIN(t.from_number) AS begun FROM pps_mark m JOIN pps_tariff t ON t.chain = m.chain WHERE t.from_number IS NOT NULL GROUP BY m.chain, m.next_number ORDER BY m.chain',
  );
  return rows.map((row) => ({
    chain: textOf(row, 'chain'),
    next: numberOf(row, 'next_number'),
    begun: numberOf(row, 'begun'),
  }));
}

/**
 * Makes all credits of shares that were paid at once again, in their order, and compares them to the unit.
 * @param into the shares as the journals make them
 */
export async function* comparePps(
  {
    database,
    into,
  }: { readonly database: Pick<LedgerDatabase, 'read'>; readonly into: Pick<LedgerDatabase, 'read'> },
  { chain, next, begun }: PpsBooked,
): AsyncGenerator<Mismatch, number> {
  const carries = new Map<string, bigint>();
  const tariffs = new Map(
    (await database.read((queries) => tariffsOf(queries, chain))).map((tariff) => [tariff.position, tariff]),
  );
  let [from, intervals] = [begun, 0];
  for await (const booked of eachInterval(database, chain, next)) {
    yield* unpaid(into, chain, { first: from, last: booked.first - 1 });
    yield* compareInterval({ database, into, chain, tariffs, carries }, booked);
    from = booked.last + 1;
    intervals += 1;
  }
  yield* unpaid(into, chain, { first: from, last: next - 1 });
  return intervals;
}

async function* compareInterval(
  {
    database,
    into,
    chain,
    tariffs,
    carries,
  }: {
    readonly database: Pick<LedgerDatabase, 'read'>;
    readonly into: Pick<LedgerDatabase, 'read'>;
    readonly chain: string;
    readonly tariffs: ReadonlyMap<number, Tariff>;
    /** Changes with each interval. */
    readonly carries: Map<string, bigint>;
  },
  booked: BookedInterval,
): AsyncGenerator<Mismatch> {
  const about = `${chain} shares ${booked.first} to ${booked.last}`;
  const tariff = tariffs.get(booked.tariff);
  if (tariff === undefined) {
    yield { kind: 'pps_differs', about, detail: 'its tariff is not there' };
    return;
  }
  const { accounts } = await into.read((queries) => paidScores(queries, chain, booked));
  const again = await database.read(async (queries) => {
    const termsOf = await termsReader(queries, chain, [...accounts.keys()], booked.termsMs);
    const paid = payInterval(accounts, tariff, termsOf, carries);
    const name = { chain, first: BigInt(booked.first), last: BigInt(booked.last) };
    const entry = ppsEntry(name, paid.payments);
    return { ...paid, entry, stored: await entryOf(queries, chain, entry.key) };
  });
  for (const [account, carry] of again.carries) carries.set(account, carry);
  if (again.score !== booked.score || again.paid !== booked.paid)
    yield {
      kind: 'pps_differs',
      about,
      detail: `${booked.paid} was paid for a score of ${booked.score}, the journals make ${again.paid} for ${again.score}`,
    };
  if (again.stored === undefined || !sameEntry(again.stored, again.entry))
    yield { kind: 'entry_differs', about, detail: 'the books credited other amounts' };
}

/** Shares between intervals must not have been promised anything. */
async function* unpaid(
  into: Pick<LedgerDatabase, 'read'>,
  chain: string,
  range: { readonly first: number; readonly last: number },
): AsyncGenerator<Mismatch> {
  if (range.last < range.first) return;
  const { accounts } = await into.read((queries) => paidScores(queries, chain, range));
  if (accounts.size > 0)
    yield {
      kind: 'pps_differs',
      about: `${chain} shares ${range.first} to ${range.last}`,
      detail: `${accounts.size} accounts have shares that are paid at once, and were not credited`,
    };
}

/** The intervals of a chain before a share, oldest first. One page is in memory. */
function eachInterval(
  database: Pick<LedgerDatabase, 'read'>,
  chain: string,
  next: number,
): AsyncGenerator<BookedInterval, void> {
  return eachRow((last) =>
    database.read(async (queries) => {
      const page = await queries.all(
        'SELECT first_number, last_number, tariff, terms_ms, score, paid FROM pps_interval WHERE chain = ? AND first_number > ? AND first_number < ? ORDER BY first_number LIMIT ?',
        [chain, last?.first ?? -1, next, PAGE_ROWS],
      );
      return page.map((row) => ({
        first: numberOf(row, 'first_number'),
        last: numberOf(row, 'last_number'),
        tariff: numberOf(row, 'tariff'),
        termsMs: numberOf(row, 'terms_ms'),
        score: amountOf(row, 'score'),
        paid: amountOf(row, 'paid'),
      }));
    }),
  );
}
