import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { type TestContext, test } from 'node:test';
import { journalFacts } from '@adit/journal';
import Database from 'better-sqlite3';
import { journalAges, markArchived, setScheme } from '../src/index.ts';
import { journalFile, record, START_MS } from './support/journals.ts';
import { ShareLedger } from './support/share-ledger.ts';

const DAY_MS = 86_400_000;

async function ages(ledger: ShareLedger, days = 30): Promise<Readonly<Record<string, string>>> {
  const createdMsOf = (file: string) => journalFacts(file).createdMs;
  const options = { nowMs: ledger.now, retentionMs: days * DAY_MS };
  const found = await journalAges(options, { database: ledger.database, tail: ledger.tail, createdMsOf });
  return Object.fromEntries(found.map(({ instance, stays }) => [instance, stays ?? 'goes']));
}

/** Journals a to d: a and b ended, c was killed, d is being written and holds the window. */
async function fourJournals(context: TestContext): Promise<ShareLedger> {
  const ledger = await ShareLedger.open(context);
  await ledger.database.transact((queries) =>
    setScheme(queries, {
      chain: 'zcash',
      scheme: { kind: 'pplns', window: 2n ** 64n },
      timeMs: 1,
      actor: 'test',
    }),
  );
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const journal = ledger.journal(name);
    // A share of the weight of a block fills the window.
    journal.append(record(10 * i + 1, { weight: 2n ** 20n }), record(10 * i + 2, { weight: 2n ** 20n }));
    if (name !== 'c') journal.end(name, 2);
    journal.close();
  }
  const running = ledger.journal('d');
  running.append(record(100, { timeMs: START_MS + 40 * DAY_MS, weight: 2n ** 21n }));
  running.close();
  createdAt(ledger, 'd', START_MS + 39 * DAY_MS);
  for (const name of ['a', 'b', 'c']) createdAt(ledger, name, START_MS);
  ledger.now = START_MS + 50 * DAY_MS;
  return ledger;
}

function createdAt({ dataFolder }: ShareLedger, instance: string, timeMs: number): void {
  const db = new Database(journalFile(dataFolder, instance));
  db.prepare('UPDATE journal SET created_ms = ?').run(timeMs);
  db.close();
}

test('a journal goes when all of it was taken, it is old, and no window reaches it; the running one stays', async (context) => {
  const ledger = await fourJournals(context);
  assert.deepEqual(await ages(ledger), { a: 'not_taken', b: 'not_taken', c: 'not_taken', d: 'running' });
  await ledger.takeAll();
  assert.deepEqual(await ages(ledger), { a: 'goes', b: 'goes', c: 'goes', d: 'running' });
  assert.deepEqual(await ages(ledger, 60), { a: 'young', b: 'young', c: 'young', d: 'running' });
});

test('a journal that was killed stays while no later journal is a day old: its process may still write', async (context) => {
  const ledger = await fourJournals(context);
  await ledger.takeAll();
  createdAt(ledger, 'd', ledger.now - DAY_MS / 2);
  assert.deepEqual(await ages(ledger), { a: 'goes', b: 'goes', c: 'running', d: 'running' });
});

test('a journal stays while a window reaches into it, and so do all later ones', async (context) => {
  const ledger = await ShareLedger.open(context);
  for (const [i, name] of ['a', 'b', 'c'].entries()) {
    const journal = ledger.journal(name);
    journal.append(record(10 * i + 1), record(10 * i + 2));
    journal.end(name, 2);
    journal.close();
    createdAt(ledger, name, START_MS);
  }
  await ledger.takeAll();
  ledger.now = START_MS + 50 * DAY_MS;
  // Six shares of a thousandth of a block: the window of two blocks is not full, and needs all of them.
  assert.deepEqual(await ages(ledger), { a: 'needed', b: 'needed', c: 'needed' });
});

test('a file that is in the archive already goes, whatever else holds, and its mark lets shares go on being taken', async (context) => {
  const ledger = await fourJournals(context);
  await ledger.takeAll();
  await ledger.database.transact((queries) =>
    markArchived(queries, {
      instance: 'a',
      lastSequence: 2,
      archive: '/a.db.gz',
      sha256: 'ab',
      timeMs: 1,
      actor: 'test',
    }),
  );
  assert.equal((await ages(ledger, 60))['a'], 'goes');
  const gone = journalFile(ledger.dataFolder, 'a');
  renameSync(gone, `${gone}.gone`);
  ledger.journal('e').append(record(200, { timeMs: ledger.now - DAY_MS }));
  assert.equal(await ledger.takeAll(), 1, 'the tail does not miss the file');
  assert.equal((await ages(ledger))['a'], 'absent');
});

test('an ingest that read the marks before a journal was archived reads them again', async (context) => {
  const ledger = await fourJournals(context);
  await ledger.takeAll();
  const { database, tail } = ledger;
  const look = tail.look.bind(tail);
  let isArchived = false;
  tail.look = (marks) => {
    // Between the read of the marks and the look at the folder.
    if (!isArchived) {
      isArchived = true;
      const file = journalFile(ledger.dataFolder, 'a');
      renameSync(file, `${file}.gone`);
      archiving = database.transact((queries) =>
        markArchived(queries, {
          instance: 'a',
          lastSequence: 2,
          archive: '/a.db.gz',
          sha256: 'ab',
          timeMs: 1,
          actor: 'test',
        }),
      );
    }
    return look(marks);
  };
  let archiving: Promise<void> | undefined;
  assert.deepEqual(await ledger.ingest.step(), { numbered: 0, leftOut: 0, isFull: false });
  await archiving;
});
