import { changeScheme, firstScheme, type SchemeOptions, type SchemePeriod } from '@adit/money';
import { appendAudit } from '../books/audit.ts';
import { canonicalJson, type JsonValue } from '../books/canonical-json.ts';
import { numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/** What an operator wants, and who it is. */
export interface SchemeChange {
  readonly chain: string;
  readonly scheme: SchemeOptions;
  readonly timeMs: number;
  readonly actor: string;
}

/** @returns the schemes of a chain, oldest first; empty if none was set */
export async function schemePeriods(queries: Queries, chain: string): Promise<readonly SchemePeriod[]> {
  const rows = await queries.all(
    'SELECT from_number, after_block, scheme FROM scheme_period WHERE chain = ? ORDER BY position',
    [chain],
  );
  return rows.map((row) => ({
    from: BigInt(numberOf(row, 'from_number')),
    afterBlock: orNull(row, 'after_block', textOf),
    scheme: readScheme(textOf(row, 'scheme')),
  }));
}

/**
 * Sets the scheme of a chain. The first one holds from the beginning; any other one begins behind the next block that is found.
 * @returns false if it holds already, or is waiting: then nothing is written
 */
export async function setScheme(queries: Queries, change: SchemeChange): Promise<boolean> {
  const { chain, scheme, timeMs, actor } = change;
  const history = await schemePeriods(queries, chain);
  const text = writeScheme(scheme);
  const wanted = await wantedScheme(queries, chain);
  const newest = history.at(-1);
  const isNow = newest !== undefined && writeScheme(newest.scheme) === text;
  if (wanted === undefined ? isNow : writeScheme(wanted) === text) return false;
  await queries.run('DELETE FROM scheme_wanted WHERE chain = ?', [chain]);
  if (newest === undefined) await storePeriod(queries, chain, firstScheme(scheme));
  else if (!isNow)
    await queries.run('INSERT INTO scheme_wanted (chain, scheme) VALUES (?, ?)', [chain, text]);
  await appendAudit(queries, {
    timeMs,
    actor,
    action: 'scheme',
    subject: `scheme:${chain}`,
    content: { chain, scheme: jsonOf(scheme), begins: newest === undefined ? 'at once' : 'with a block' },
  });
  return true;
}

/** @returns the scheme that begins with the next block; undefined if none does */
export async function wantedScheme(queries: Queries, chain: string): Promise<SchemeOptions | undefined> {
  const [row] = await queries.all('SELECT scheme FROM scheme_wanted WHERE chain = ?', [chain]);
  return row === undefined ? undefined : readScheme(textOf(row, 'scheme'));
}

/** Begins the scheme that waits behind a block. @returns the new history */
export async function beginScheme(
  queries: Queries,
  chain: string,
  { history, wanted }: { readonly history: readonly SchemePeriod[]; readonly wanted: SchemeOptions },
  block: { readonly hash: string; readonly number: number },
): Promise<readonly SchemePeriod[]> {
  const changed = changeScheme(history, { hash: block.hash, number: BigInt(block.number) }, wanted);
  await storePeriod(queries, chain, changed);
  await queries.run('DELETE FROM scheme_wanted WHERE chain = ?', [chain]);
  return changed;
}

/** Stores the newest period of a history. */
export async function storePeriod(
  queries: Queries,
  chain: string,
  history: readonly SchemePeriod[],
): Promise<void> {
  const newest = history.at(-1);
  if (newest === undefined) return;
  await queries.run(
    'INSERT INTO scheme_period (chain, position, from_number, after_block, scheme) VALUES (?, ?, ?, ?, ?)',
    [chain, history.length - 1, Number(newest.from), newest.afterBlock, writeScheme(newest.scheme)],
  );
}

/** Writes a scheme as canonical JSON. */
export function writeScheme(scheme: SchemeOptions): string {
  return canonicalJson(jsonOf(scheme));
}

/** Reads what {@link writeScheme} wrote. */
export function readScheme(text: string): SchemeOptions {
  const fields = JSON.parse(text) as { readonly kind: SchemeOptions['kind']; readonly window?: string };
  // The ledger wrote it from options whose types had been seen.
  return (
    fields.window === undefined ? fields : { ...fields, window: BigInt(fields.window) }
  ) as SchemeOptions;
}

function jsonOf(scheme: SchemeOptions): JsonValue {
  return 'window' in scheme ? { kind: scheme.kind, window: scheme.window } : { kind: scheme.kind };
}
