import { AditError } from '@adit/primitives';
import { amountOf, decimal, numberOf, orNull } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';
import {
  packOrigin,
  packShares,
  packSums,
  type ShareOrigin,
  type StoredShare,
  sumsOf,
  unpackOrigin,
  unpackShares,
} from './slice-codec.ts';

/** Shares in a slice: with more, a round opens more at its ends than it needs; with fewer, a year has millions of slices. */
export const SLICE_SHARES = 4_096;

/** A slice whose shares are in memory. */
export interface OpenSlice {
  readonly shares: readonly StoredShare[];
  readonly origins: readonly ShareOrigin[];
  /** The earliest and the latest time of its shares. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** The last network target before its first share; null if there was none. */
  readonly targetBefore: bigint | null;
}

/** What is known of a slice without opening it. */
export interface SliceFacts {
  readonly first: number;
  readonly last: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly total: bigint;
  readonly weight: bigint;
  readonly targetBefore: bigint | null;
}

/** The columns of {@link SliceFacts}. */
export const SLICE_FACTS =
  'first_number, last_number, first_ms, last_ms, total, weight, target_before' as const;

/** Reads a row of {@link SLICE_FACTS}. */
export function sliceFactsIn(row: SqlRow): SliceFacts {
  return {
    first: numberOf(row, 'first_number'),
    last: numberOf(row, 'last_number'),
    firstMs: numberOf(row, 'first_ms'),
    lastMs: numberOf(row, 'last_ms'),
    total: amountOf(row, 'total'),
    weight: amountOf(row, 'weight'),
    targetBefore: orNull(row, 'target_before', amountOf),
  };
}

/** Stores a slice, or another state of one: more shares behind the same first one, or other scores. */
export async function putSlice(queries: Queries, chain: string, slice: OpenSlice): Promise<void> {
  const { shares, origins, firstMs, lastMs, targetBefore } = slice;
  const first = shares[0]?.number;
  const last = shares.at(-1)?.number;
  if (first === undefined || last === undefined) return;
  const sums = sumsOf(shares);
  let [total, weight] = [0n, 0n];
  for (const sum of sums) {
    total += sum.score;
    weight += sum.weight;
  }
  await queries.run(
    `INSERT INTO slice (chain, first_number, last_number, first_ms, last_ms, total, weight, target_before, sums, origin, shares)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (chain, first_number) DO UPDATE SET last_number = excluded.last_number, first_ms = excluded.first_ms,
       last_ms = excluded.last_ms, total = excluded.total, weight = excluded.weight, sums = excluded.sums,
       origin = excluded.origin, shares = excluded.shares`,
    [
      chain,
      first,
      last,
      firstMs,
      lastMs,
      String(total),
      String(weight),
      decimal(targetBefore),
      packSums(sums),
      packOrigin(origins),
      packShares(shares),
    ],
  );
  for (const [instance, { least, most }] of reachOf(origins))
    await queries.run(
      `INSERT INTO slice_journal (chain, first_number, instance, first_sequence, last_sequence) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (chain, first_number, instance) DO UPDATE SET first_sequence = excluded.first_sequence, last_sequence = excluded.last_sequence`,
      [chain, first, instance, least, most],
    );
}

/**
 * Opens a slice.
 * @throws AditError `ADIT_LEDGER_SHARES` if it is not there, is damaged, or its shares were given up
 */
export async function openSlice(queries: Queries, chain: string, first: number): Promise<OpenSlice> {
  const [row] = await queries.all(
    `SELECT ${SLICE_FACTS}, origin, shares FROM slice WHERE chain = ? AND first_number = ?`,
    [chain, first],
  );
  if (row === undefined) throw unreadable(`has no slice of ${chain} that begins with share ${first}`);
  const { last, firstMs, lastMs, targetBefore } = sliceFactsIn(row);
  const shares = unpackShares(bytesOf(row, 'shares'), first, last - first + 1);
  return { shares, origins: unpackOrigin(bytesOf(row, 'origin')), firstMs, lastMs, targetBefore };
}

/** @returns the newest slice of a chain; undefined if it has none */
export async function newestSlice(queries: Queries, chain: string): Promise<SliceFacts | undefined> {
  const [row] = await queries.all(
    `SELECT ${SLICE_FACTS} FROM slice WHERE chain = ? ORDER BY first_number DESC LIMIT 1`,
    [chain],
  );
  return row === undefined ? undefined : sliceFactsIn(row);
}

/** @returns first numbers of the slices that may hold this row of a journal */
export async function slicesWith(
  queries: Queries,
  chain: string,
  { instance, sequence }: ShareOrigin,
): Promise<readonly number[]> {
  const rows = await queries.all(
    'SELECT first_number FROM slice_journal WHERE chain = ? AND instance = ? AND first_sequence <= ? AND last_sequence >= ? ORDER BY first_number',
    [chain, instance, sequence, sequence],
  );
  return rows.map((row) => numberOf(row, 'first_number'));
}

/**
 * Gives up the single shares of old slices; their sums, and which rows of the journals they are, stay. A correction that comes
 * later is not applied there.
 * @param before slices that end before this number
 * @returns how many slices it were
 */
export async function dropShares(queries: Queries, chain: string, before: number): Promise<number> {
  // An interval of shares that are paid at once may end within a slice.
  const [mark] = await queries.all('SELECT next_number FROM pps_mark WHERE chain = ?', [chain]);
  const end = mark === undefined ? before : Math.min(before, numberOf(mark, 'next_number'));
  return queries.run(
    'UPDATE slice SET shares = NULL WHERE chain = ? AND last_number < ? AND shares IS NOT NULL',
    [chain, end],
  );
}

/** A column of bytes. @throws AditError `ADIT_LEDGER_SHARES` if it is NULL: the shares were given up */
export function bytesOf(row: SqlRow, column: string): Uint8Array {
  const value = row[column];
  if (value instanceof Uint8Array) return value;
  throw unreadable(`gave up the shares from ${String(row['first_number'])} on`);
}

function reachOf(
  origins: readonly ShareOrigin[],
): ReadonlyMap<string, { readonly least: number; readonly most: number }> {
  const reach = new Map<string, { least: number; most: number }>();
  for (const { instance, sequence } of origins) {
    const known = reach.get(instance);
    if (known === undefined) reach.set(instance, { least: sequence, most: sequence });
    else {
      known.least = Math.min(known.least, sequence);
      known.most = Math.max(known.most, sequence);
    }
  }
  return reach;
}

function unreadable(what: string): AditError {
  return new AditError('ADIT_LEDGER_SHARES', `the ledger ${what}`);
}
