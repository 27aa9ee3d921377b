import {
  type LedgerDatabase,
  postEntry,
  type Queries,
  recordMove,
  SqliteDatabase,
  setTerms,
} from '@adit/ledger';
import { creditEntry, creditOf, type Entry, matureEntry, reserveEntry } from '@adit/money';

/** A block of 1,000 units: three quarters are ann's, one is bob's. */
export const BLOCK = { chain: 'zcash', hash: 'ab'.repeat(32), generation: 1 };
export const CREDIT = creditOf(
  1_000n,
  {
    scores: new Map([
      ['ann', 3n],
      ['bob', 1n],
    ]),
  },
  () => ({ feePpm: 10_000n, donation: null }),
);
export const CREDITED: Entry = creditEntry(BLOCK, CREDIT);
export const MATURE: Entry = matureEntry(BLOCK, CREDIT, 'asset:hot');
export const RESERVED: Entry = reserveEntry({ chain: 'zcash', id: 'b1' }, [{ account: 'ann', gross: 743n }]);

/** Runs the work with a ledger of its own. */
export async function withLedger(work: (database: LedgerDatabase) => Promise<void>): Promise<void> {
  const database = await SqliteDatabase.open(':memory:');
  try {
    await work(database);
  } finally {
    await database.close();
  }
}

/** Runs the work in one transaction of a new ledger. */
export function inLedger(work: (queries: Queries) => Promise<void>): Promise<void> {
  return withLedger((database) => database.transact(work));
}

/** Books with a block that was paid out in part, and moves of its state. */
export async function fillBooks(queries: Queries): Promise<void> {
  await setTerms(queries, {
    chain: 'zcash',
    account: '',
    terms: { feePpm: 10_000n, donation: null, minimum: 100n },
    timeMs: 1,
    actor: 'test',
    reason: 'configuration',
  });
  const move = { timeMs: 2, chain: 'zcash', actor: 'test', kind: 'block', subject: BLOCK.hash } as const;
  await recordMove(queries, { ...move, from: 'found', to: 'seen' });
  await recordMove(queries, { ...move, from: 'seen', to: 'confirmed' });
  await postEntry(queries, 'zcash', CREDITED, 3);
  await postEntry(queries, 'zcash', MATURE, 4);
  await postEntry(queries, 'zcash', RESERVED, 5);
}
