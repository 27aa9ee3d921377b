import { compareIds, type Entry, nameIn, type Posting, sameEntry, sourceKey } from '@adit/money';
import { AditError } from '@adit/primitives';
import { amountOf, numberOf, orNull, textOf } from '../database/cells.ts';
import type { Queries } from '../database/ledger-database.ts';
import { marks, rowsOfMarks, slicesOf } from '../database/slices.ts';
import { newestEntry } from '../seals/chain-ends.ts';
import { type EntryLine, entryDigest } from '../seals/entry-digest.ts';
import { entryOf } from './read-entries.ts';

/** A balance before an entry, as it is stored, and as the last line of the account says. */
interface Stored {
  readonly amount: bigint;
  readonly version: number;
  /** Null if the line is not there. */
  readonly posted: bigint | null;
}

const NEVER: Stored = { amount: 0n, version: 0, posted: 0n };

/**
 * Posts an entry within the caller's transaction. The same entry again changes nothing.
 * @param timeMs when it is booked, in milliseconds since 1970
 * @returns whether it is new
 * @throws AditError `ADIT_ENTRY_CONFLICT` if another entry has its key, or an entry that it takes back is not there or was taken back
 *   before; `ADIT_BAD_SOURCE_KEY` for a chain without a name; `ADIT_LEDGER_BREACH` if it breaks one of I1 to I4. Either undoes the transaction.
 */
export async function postEntry(
  queries: Queries,
  chain: string,
  entry: Entry,
  timeMs: number,
): Promise<'posted' | 'already'> {
  sourceKey(chain);
  const known = await entryOf(queries, chain, entry.key);
  if (known !== undefined) {
    if (sameEntry(known, entry)) return 'already';
    throw conflict(`another entry has the key ${entry.key}`);
  }
  checkForm(entry);
  const last = await newestEntry(queries);
  const id = last.number + 1;
  await queries.run('INSERT INTO entry (id, chain, time_ms, kind, source_key) VALUES (?, ?, ?, ?, ?)', [
    id,
    chain,
    timeMs,
    entry.kind,
    entry.key,
  ]);
  for (const [position, key] of entry.reverses.entries())
    await takeBack(queries, { chain, key, position, entry: entry.key, id });
  const lines: EntryLine[] = [];
  for (const slice of slicesOf([...entry.postings.entries()])) {
    lines.push(...(await postLines(queries, { chain, entry, id }, slice)));
    await keepAccounts(
      queries,
      chain,
      slice.map(([, posting]) => posting),
      timeMs,
    );
  }
  const { kind, key, reverses } = entry;
  const digest = entryDigest(last.digest, { id, chain, timeMs, kind, key, reverses }, lines);
  await queries.run('UPDATE entry SET digest = ? WHERE id = ?', [digest, id]);
  return 'posted';
}

/** I1, and the form in which entries are kept. I2 follows from it and from I3. */
function checkForm({ key, postings }: Entry): void {
  let sum = 0n;
  let previous: Posting | undefined;
  for (const posting of postings) {
    sum += posting.amount;
    if (
      posting.amount === 0n ||
      (previous !== undefined && compareIds(previous.account, posting.account) >= 0)
    )
      throw breach('I1', `the lines of ${key} are not in order, or one moves nothing`);
    previous = posting;
  }
  if (sum !== 0n) throw breach('I1', `the entry ${key} sums to ${sum}`);
}

async function takeBack(
  queries: Queries,
  {
    chain,
    key,
    position,
    entry,
    id,
  }: { chain: string; key: string; position: number; entry: string; id: number },
): Promise<void> {
  const [original] = await queries.all(
    'SELECT e.id AS id, r.entry AS reversal FROM entry e LEFT JOIN entry_reversal r ON r.chain = e.chain AND r.reversed_key = e.source_key WHERE e.chain = ? AND e.source_key = ?',
    [chain, key],
  );
  if (original === undefined || original['id'] === id)
    throw conflict(`${entry} takes back ${key}, which is not in the books`);
  if (original['reversal'] !== null)
    throw conflict(`${entry} takes back ${key}, which was taken back before`);
  await queries.run('INSERT INTO entry_reversal (chain, reversed_key, position, entry) VALUES (?, ?, ?, ?)', [
    chain,
    key,
    position,
    id,
  ]);
}

async function postLines(
  queries: Queries,
  { chain, entry, id }: { chain: string; entry: Entry; id: number },
  lines: readonly (readonly [number, Posting])[],
): Promise<readonly EntryLine[]> {
  const stored = await storedBalances(
    queries,
    chain,
    lines.map(([, { account }]) => account),
  );
  const after = lines.map(([line, { account, amount }]) => {
    const before = stored.get(account) ?? NEVER;
    if (before.posted !== before.amount)
      throw breach('I3', `${account} has a balance of ${before.amount}, its last line says ${before.posted}`);
    const balance = before.amount + amount;
    if (amount > 0n && balance > 0n && !owesByOrphan(entry) && nameIn(account, 'miner') !== undefined)
      throw breach('I4', `${entry.key} would leave ${account} owing ${balance} to the pool`);
    return { line, account, amount: String(amount), balance: String(balance), version: before.version + 1 };
  });
  await queries.run(
    `INSERT INTO posting (entry, line, chain, account, amount, balance) VALUES ${rowsOfMarks(after.length, 6)}`,
    after.flatMap(({ line, account, amount, balance }) => [id, line, chain, account, amount, balance]),
  );
  await queries.run(
    `INSERT INTO balance (chain, account, amount, version, entry) VALUES ${rowsOfMarks(after.length, 5)} ON CONFLICT (chain, account) DO UPDATE SET amount = excluded.amount, version = excluded.version, entry = excluded.entry`,
    after.flatMap(({ account, balance, version }) => [chain, account, balance, version, id]),
  );
  return after;
}

/** The one kind of entry that may leave a miner in debt: the block was paid out before it was orphaned. */
function owesByOrphan({ kind }: Entry): boolean {
  return kind === 'block_orphan_late';
}

async function storedBalances(
  queries: Queries,
  chain: string,
  accounts: readonly string[],
): Promise<ReadonlyMap<string, Stored>> {
  const rows = await queries.all(
    `SELECT b.account AS account, b.amount AS amount, b.version AS version, p.balance AS posted FROM balance b LEFT JOIN posting p ON p.chain = b.chain AND p.account = b.account AND p.entry = b.entry WHERE b.chain = ? AND b.account IN (${marks(accounts.length)})`,
    [chain, ...accounts],
  );
  return new Map(
    rows.map((row) => [
      textOf(row, 'account'),
      {
        amount: amountOf(row, 'amount'),
        version: numberOf(row, 'version'),
        posted: orNull(row, 'posted', amountOf),
      },
    ]),
  );
}

/** Notes accounts that are new, and forgets since when those are due that gave something away: a reader finds it again. */
async function keepAccounts(
  queries: Queries,
  chain: string,
  postings: readonly Posting[],
  timeMs: number,
): Promise<void> {
  const names = new Set<string>();
  const debited = new Set<string>();
  for (const { account, amount } of postings) {
    const miner = nameIn(account, 'miner');
    const name = miner ?? nameIn(account, 'miner-pending');
    if (name !== undefined) names.add(name);
    if (miner !== undefined && amount > 0n) debited.add(miner);
  }
  for (const slice of slicesOf([...names]))
    await queries.run(
      `INSERT INTO account (chain, name, since_ms) VALUES ${rowsOfMarks(slice.length, 3)} ON CONFLICT (chain, name) DO NOTHING`,
      slice.flatMap((name) => [chain, name, timeMs]),
    );
  for (const slice of slicesOf([...debited]))
    await queries.run(
      `UPDATE account SET due_since_ms = NULL WHERE chain = ? AND name IN (${marks(slice.length)})`,
      [chain, ...slice],
    );
}

function conflict(what: string): AditError {
  return new AditError('ADIT_ENTRY_CONFLICT', `${what}; nothing was posted`);
}

function breach(invariant: string, what: string): AditError {
  return new AditError('ADIT_LEDGER_BREACH', `${invariant}: ${what}; nothing was posted`);
}
