import { createHash } from 'node:crypto';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { NO_ROWS, type TableSum } from './row-digest.ts';

/** Rows of the log that are kept. A file beside the books is never older than a minute of transactions, except for a crash. */
const KEPT_LOG = 100_000;
/** The log is cut this often, and not at each transaction. */
const CUT_EVERY = 1_000;

/** The newest row of the log of seals: it stands for all that is sealed. */
export interface SealHead {
  /** Rises by one with each transaction that changed something sealed. */
  readonly number: number;
  readonly hash: string;
}

/** What stands before the first transaction. */
export const FIRST_HEAD: SealHead = { number: 0, hash: '0'.repeat(64) };

/** All seals by the names of their tables. `entry` and `audit_chain` have the digest of the newest row instead of a sum. */
export type Seals = ReadonlyMap<string, { readonly rows: number; readonly digest: string }>;

export async function readSeals(queries: Queries): Promise<Seals> {
  const rows = await queries.all('SELECT name, row_count, digest FROM seal ORDER BY name');
  return new Map(
    rows.map((row) => [
      textOf(row, 'name'),
      { rows: numberOf(row, 'row_count'), digest: textOf(row, 'digest') },
    ]),
  );
}

/** The sum that a seal of rows tells. */
export function sumIn(seals: Seals, table: string): TableSum {
  const seal = seals.get(table);
  if (seal === undefined) return NO_ROWS;
  const isDigest = /^[0-9a-f]{64}$/.test(seal.digest);
  // What is not a digest is no sum of rows either: -1 is none that rows can have.
  return { rows: seal.rows, digest: isDigest ? BigInt(`0x${seal.digest}`) : -1n };
}

/** Writes a sum as {@link sumIn} reads it. */
export function sealOf({ rows, digest }: TableSum): { readonly rows: number; readonly digest: string } {
  return { rows, digest: digest.toString(16).padStart(64, '0') };
}

/** Writes changed seals, and a row of the log. */
export async function writeSeals(queries: Queries, before: Seals, changed: Seals): Promise<void> {
  for (const [name, { rows, digest }] of changed)
    await queries.run(
      'INSERT INTO seal (name, row_count, digest) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET row_count = excluded.row_count, digest = excluded.digest',
      [name, rows, digest],
    );
  const last = (await newestHeads(queries, 1))[0] ?? FIRST_HEAD;
  const number = last.number + 1;
  const hash = hashOfHead(last, new Map([...before, ...changed]));
  await queries.run('INSERT INTO seal_log (number, hash) VALUES (?, ?)', [number, hash]);
  if (number % CUT_EVERY === 0)
    await queries.run('DELETE FROM seal_log WHERE number <= ?', [number - KEPT_LOG]);
}

/** @returns the newest rows of the log, the newest one first */
export async function newestHeads(queries: Queries, count: number): Promise<readonly SealHead[]> {
  const rows = await queries.all('SELECT number, hash FROM seal_log ORDER BY number DESC LIMIT ?', [count]);
  return rows.map((row) => ({ number: numberOf(row, 'number'), hash: textOf(row, 'hash') }));
}

/** The hash of the row of the log behind `last`, if these are the seals behind its transaction. */
export function hashOfHead(last: SealHead, seals: Seals): string {
  const hash = createHash('sha256').update(`${last.hash} ${last.number + 1}`);
  for (const name of [...seals.keys()].sort()) {
    const { rows = 0, digest = '' } = seals.get(name) ?? {};
    hash.update(`\n${name} ${rows} ${digest}`);
  }
  return hash.digest('hex');
}
