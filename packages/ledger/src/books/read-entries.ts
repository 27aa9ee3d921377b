import type { ChartAccount, Entry, EntryKind, Posting } from '@adit/money';
import { amountOf, numberOf, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';

/** @returns the entry with this key, as it was posted; undefined if there is none */
export async function entryOf(queries: Queries, chain: string, key: string): Promise<Entry | undefined> {
  const [row] = await queries.all('SELECT id, kind FROM entry WHERE chain = ? AND source_key = ?', [
    chain,
    key,
  ]);
  if (row === undefined) return undefined;
  const id = numberOf(row, 'id');
  const reverses = await queries.all(
    'SELECT reversed_key FROM entry_reversal WHERE entry = ? ORDER BY position',
    [id],
  );
  const postings = await queries.all('SELECT account, amount FROM posting WHERE entry = ? ORDER BY line', [
    id,
  ]);
  return {
    // What the database says was written by postEntry, whose types have seen it.
    kind: textOf(row, 'kind') as EntryKind,
    key,
    reverses: reverses.map((reversal) => textOf(reversal, 'reversed_key')),
    postings: postings.map(
      (posting): Posting => ({
        account: textOf(posting, 'account') as ChartAccount,
        amount: amountOf(posting, 'amount'),
      }),
    ),
  };
}

/** A line of an account's statement. */
export interface StatementLine {
  /** Rises with time; it is the place from which the next page begins. */
  readonly entry: number;
  readonly timeMs: number;
  readonly kind: EntryKind;
  readonly key: string;
  readonly amount: bigint;
  /** Of the account, after this line. */
  readonly balance: bigint;
}

/** A page of a statement. */
export interface StatementPage {
  /** Lines before this entry; the newest ones if it is left out. */
  readonly before?: number;
  /** At most this many lines. */
  readonly limit: number;
}

/** @returns lines of an account of the books, the newest first */
export async function statementOf(
  queries: Queries,
  chain: string,
  account: ChartAccount,
  { before = Number.MAX_SAFE_INTEGER, limit }: StatementPage,
): Promise<readonly StatementLine[]> {
  const rows = await queries.all(
    'SELECT p.entry AS entry, e.time_ms AS time_ms, e.kind AS kind, e.source_key AS source_key, p.amount AS amount, p.balance AS balance FROM posting p JOIN entry e ON e.id = p.entry WHERE p.chain = ? AND p.account = ? AND p.entry < ? ORDER BY p.entry DESC LIMIT ?',
    [chain, account, before, limit],
  );
  return rows.map((row) => ({
    entry: numberOf(row, 'entry'),
    timeMs: numberOf(row, 'time_ms'),
    kind: textOf(row, 'kind') as EntryKind,
    key: textOf(row, 'source_key'),
    amount: amountOf(row, 'amount'),
    balance: amountOf(row, 'balance'),
  }));
}
