import { createHash } from 'node:crypto';
import { numberOf, textOf } from '../database/cells.ts';
import type { Queries, SqlRow } from '../database/ledger-database.ts';

/** What an entry is beside its lines. */
export interface EntryFacts {
  readonly id: number;
  readonly chain: string;
  readonly timeMs: number;
  readonly kind: string;
  readonly key: string;
  /** Keys of the entries that it takes back, in order. */
  readonly reverses: readonly string[];
}

/** A line as the digest has it. Amounts are decimal text. */
export interface EntryLine {
  readonly account: string;
  readonly amount: string;
  /** Of the account behind the line. */
  readonly balance: string;
}

/** SHA-256 of the digest of the entry before, and of all that an entry is, in hex. */
export function entryDigest(previous: string, facts: EntryFacts, lines: readonly EntryLine[]): string {
  const { id, chain, timeMs, kind, key, reverses } = facts;
  const text = [JSON.stringify([previous, id, chain, timeMs, kind, key, reverses])];
  for (const { account, amount, balance } of lines)
    text.push(`${account.length}:${account} ${amount} ${balance}`);
  return createHash('sha256').update(text.join('\n')).digest('hex');
}

/** The digest that an entry should have, by its rows. @param entry its row */
export async function digestOfEntry(queries: Queries, entry: SqlRow, previous: string): Promise<string> {
  const id = numberOf(entry, 'id');
  const reverses = await queries.all(
    'SELECT reversed_key FROM entry_reversal WHERE entry = ? ORDER BY position',
    [id],
  );
  const lines = await queries.all(
    'SELECT account, amount, balance, chain FROM posting WHERE entry = ? ORDER BY line',
    [id],
  );
  const chain = textOf(entry, 'chain');
  const facts: EntryFacts = {
    id,
    chain,
    timeMs: numberOf(entry, 'time_ms'),
    kind: textOf(entry, 'kind'),
    key: textOf(entry, 'source_key'),
    reverses: reverses.map((row) => textOf(row, 'reversed_key')),
  };
  return entryDigest(
    previous,
    facts,
    lines.map((row) => ({
      // A line of another chain than its entry must not pass for one of this.
      account: textOf(row, 'chain') === chain ? textOf(row, 'account') : `?${textOf(row, 'account')}`,
      amount: textOf(row, 'amount'),
      balance: textOf(row, 'balance'),
    })),
  );
}

/** Columns that {@link digestOfEntry} and its callers read. */
export const ENTRY_COLUMNS = 'id, chain, time_ms, kind, source_key, digest' as const;
