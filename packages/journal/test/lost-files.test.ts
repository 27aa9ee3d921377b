import assert from 'node:assert/strict';
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { countShares, readShares, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { journalFile, numberOf, record } from './support/records.ts';

/** A journal with three shares, and what it said about its health. */
async function withShares(context: TestContext) {
  const dataFolder = temporaryFolder(context);
  const health: (string | undefined)[] = [];
  const journal = new ShareJournal(
    { dataFolder, instance: 'a' },
    { onHealth: (problem) => health.push(problem) },
  );
  context.after(() => journal.close());
  for (const number of [1, 2, 3]) await journal.append(record(number));
  return { dataFolder, journal, health };
}

const isRefused = { code: 'ADIT_JOURNAL_FAILED', message: /moved, replaced or deleted while it was in use/ };
const numbers = (dataFolder: string) =>
  readShares(dataFolder)
    .map(({ digest }) => numberOf(digest))
    .sort((a, b) => a - b);

test('no share is kept in a file that was deleted while open: the next share is refused, then a new file begins', async (context) => {
  const { dataFolder, journal, health } = await withShares(context);
  for (const name of readdirSync(path.join(dataFolder, 'journal')))
    rmSync(path.join(dataFolder, 'journal', name));
  await assert.rejects(journal.append(record(4)), isRefused);
  assert.equal(await journal.append(record(5)), 'kept');
  assert.notEqual(journal.instance, 'a');
  assert.deepEqual(
    health.map((problem) => problem !== undefined),
    [true, false],
  );
  // Three acknowledged shares are lost: the journal reports a fault until their file is back.
  await journal.digestsOf('zcash', 'aa');
  assert.match(journal.faults.join(), /a\.db is gone, with shares that were kept/);
  await journal.close();
  assert.deepEqual(numbers(dataFolder), [5]);
});

test('a log that was deleted under an open journal is noticed as well', async (context) => {
  const { dataFolder, journal } = await withShares(context);
  rmSync(`${journalFile(dataFolder, 'a')}-wal`);
  await assert.rejects(journal.append(record(4)), isRefused);
  assert.equal(await journal.append(record(5)), 'kept');
});

test('a journal that is renamed under its process loses no share, and is a fault until it has its name back', async (context) => {
  const { dataFolder, journal } = await withShares(context);
  const [file, elsewhere] = [journalFile(dataFolder, 'a'), journalFile(dataFolder, 'renamed')];
  for (const end of ['', '-wal', '-shm']) renameSync(`${file}${end}`, `${elsewhere}${end}`);
  await assert.rejects(journal.append(record(4)), isRefused);
  assert.equal(await journal.append(record(4)), 'kept');
  await journal.digestsOf('zcash', 'aa');
  assert.match(journal.faults.join(), /renamed\.db is the journal a, copied or renamed/);
  assert.deepEqual(numbers(dataFolder), [1, 2, 3, 4]);
  for (const end of ['', '-wal', '-shm']) renameSync(`${elsewhere}${end}`, `${file}${end}`);
  await journal.digestsOf('zcash', 'aa');
  assert.deepEqual(journal.faults, []);
  assert.deepEqual(numbers(dataFolder), [1, 2, 3, 4]);
});

test('a journal that is emptied under its process takes no more shares into that file', async (context) => {
  const { dataFolder, journal } = await withShares(context);
  truncateSync(journalFile(dataFolder, 'a'), 0);
  await assert.rejects(journal.append(record(4)), { code: 'ADIT_JOURNAL_FAILED', message: /was emptied/ });
  assert.equal(await journal.append(record(4)), 'kept');
});

test('a request for digests notices a deleted file too', async (context) => {
  const { dataFolder, journal, health } = await withShares(context);
  rmSync(journalFile(dataFolder, 'a'));
  await assert.rejects(journal.digestsOf('zcash', 'aa'), isRefused);
  assert.equal(health.length, 1);
});

test('the pool and the reader report an empty journal and a copy, and both go on', async (context) => {
  const dataFolder = temporaryFolder(context);
  mkdirSync(path.join(dataFolder, 'journal'), { recursive: true });
  writeFileSync(journalFile(dataFolder, 'dead'), '');
  const faults: string[][] = [];
  const journal = new ShareJournal(
    { dataFolder, instance: 'a' },
    { onFaults: (all) => faults.push([...all]) },
  );
  assert.equal(await journal.append(record(1)), 'kept');
  assert.equal(faults.length, 1);
  assert.match(faults[0]?.join() ?? '', /dead\.db is empty/);
  await journal.close();
  copyFileSync(journalFile(dataFolder, 'a'), journalFile(dataFolder, 'b'));
  const next = new ShareJournal({ dataFolder });
  assert.equal(await next.append(record(1)), 'duplicate');
  assert.match(
    [...next.faults].sort().join('\n'),
    /b\.db is the journal a, copied or renamed.*\n.*dead\.db is empty/,
  );
  // After both files are removed, there is no fault.
  rmSync(journalFile(dataFolder, 'dead'));
  rmSync(journalFile(dataFolder, 'b'));
  await next.digestsOf('zcash', 'aa');
  assert.deepEqual(next.faults, []);
  await next.close();
  writeFileSync(journalFile(dataFolder, 'dead'), '');
  assert.match(countShares({ dataFolder }).faults.join(), /dead\.db is empty/);
});

test('a journal that cannot be read stops the reader, which names it; the pool reports it and goes on', async (context) => {
  const dataFolder = temporaryFolder(context);
  mkdirSync(path.join(dataFolder, 'journal'), { recursive: true });
  writeFileSync(journalFile(dataFolder, 'broken'), 'no database at all, but long enough'.repeat(99));
  assert.throws(() => readShares(dataFolder), {
    code: 'ADIT_JOURNAL_UNREADABLE',
    message: /the journal .*broken\.db cannot be read .*move it away/,
  });
  const journal = new ShareJournal({ dataFolder });
  assert.equal(await journal.append(record(1)), 'kept');
  assert.match(journal.faults.join(), /broken\.db cannot be read/);
  await journal.close();
});
