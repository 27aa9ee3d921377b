import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { readShares, ShareJournal } from '@adit/journal';
import Database from 'better-sqlite3';
import { record } from './support/records.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'adit-journal-'));
after(() => rmSync(folder, { recursive: true, force: true }));
let folders = 0;
function freshFolder(): string {
  folders += 1;
  return path.join(folder, String(folders));
}

test('another process can read a share for which append has resolved, with all its fields', async () => {
  const dataFolder = freshFolder();
  const journal = new ShareJournal({ dataFolder, instance: 'one' });
  const share = record(1, { height: null, outcome: 'block' });
  assert.equal(await journal.append(share), 'kept');
  assert.deepEqual(readShares(dataFolder), [{ ...share, instance: 'one', sequence: 1 }]);
  await journal.close();
});

test('sequences ascend without gaps in the order of the appends, with or without duplicates between them', async () => {
  const dataFolder = freshFolder();
  const journal = new ShareJournal({ dataFolder });
  const appends = Array.from({ length: 9_000 }, (_, i) => journal.append(record(i % 6_000)));
  const outcomes = await Promise.all(appends);
  await journal.close();
  assert.equal(outcomes.filter((outcome) => outcome === 'kept').length, 6_000);
  const shares = readShares(dataFolder);
  assert.deepEqual(
    shares.map(({ sequence }) => sequence),
    Array.from({ length: 6_000 }, (_, i) => i + 1),
  );
  assert.deepEqual(
    shares.map(({ timeMs }) => timeMs - 1_700_000_000_000),
    Array.from({ length: 6_000 }, (_, i) => i),
  );
});

test('digests of a group come from this journal and from those of earlier processes', async () => {
  const dataFolder = freshFolder();
  const earlier = new ShareJournal({ dataFolder });
  await earlier.append(record(1));
  await earlier.append(record(2, { workGroup: 'bb' }));
  await earlier.close();
  const journal = new ShareJournal({ dataFolder });
  await journal.append(record(3));
  const first = (digests: readonly Uint8Array[]) => digests.map((digest) => digest[3]).sort();
  assert.deepEqual(first(await journal.digestsOf('zcash', 'aa')), [1, 3]);
  assert.deepEqual(first(await journal.digestsOf('zcash', 'bb')), [2]);
  assert.deepEqual(await journal.digestsOf('komodo', 'aa'), []);
  await journal.close();
});

test('close commits the shares that wait, and the journal takes none after it', async () => {
  const dataFolder = freshFolder();
  const journal = new ShareJournal({ dataFolder });
  const waiting = journal.append(record(1));
  const closed = journal.close();
  await assert.rejects(journal.append(record(2)), { code: 'ADIT_JOURNAL_CLOSED' });
  assert.equal(await waiting, 'kept');
  await closed;
  assert.equal(readShares(dataFolder).length, 1);
});

test('shares beyond the bound of waiting ones are refused at once, and shares that were taken are kept', async () => {
  const dataFolder = freshFolder();
  const journal = new ShareJournal({ dataFolder, maxPending: 3 });
  const appends = [1, 2, 3, 4].map((number) => journal.append(record(number)));
  const settled = await Promise.allSettled(appends);
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'fulfilled', 'rejected'],
  );
  await assert.rejects(appends[3] ?? Promise.resolve(), { code: 'ADIT_JOURNAL_FULL' });
  await journal.close();
  assert.equal(readShares(dataFolder).length, 3);
});

test('a commit that fails rejects its shares and reports it once, and the journal recovers by itself', async () => {
  const dataFolder = freshFolder();
  const health: (string | undefined)[] = [];
  const journal = new ShareJournal(
    { dataFolder, instance: 'j' },
    { onHealth: (problem) => health.push(problem) },
  );
  await journal.append(record(1));
  const meddler = new Database(path.join(dataFolder, 'journal', 'j.db'));
  meddler.exec("CREATE TRIGGER fail BEFORE INSERT ON share BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  await assert.rejects(journal.append(record(2)), { code: 'ADIT_JOURNAL_FAILED', message: /disk is full/ });
  // Now a new file is open: a miner that is told about a refused share can send it again.
  assert.match(String(health[0]), /disk is full/);
  meddler.exec('DROP TRIGGER fail');
  meddler.close();
  assert.equal(await journal.append(record(2)), 'kept');
  assert.equal(journal.problem, undefined);
  assert.deepEqual(
    health.map((problem) => problem !== undefined),
    [true, false],
  );
  await journal.close();
  // Shares after the failure are in a file of their own.
  assert.deepEqual(
    readShares(dataFolder).map(({ instance, sequence }) => [instance === 'j', sequence]),
    [
      [false, 1],
      [true, 1],
    ],
  );
});

test('opened() reports a data folder that cannot be made', async () => {
  const dataFolder = freshFolder();
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(path.join(dataFolder, 'journal'), 'a file in the way');
  const journal = new ShareJournal({ dataFolder });
  await assert.rejects(journal.opened(), { code: 'ADIT_JOURNAL_FAILED' });
  await journal.close();
});

test('two processes on one folder see the shares that the other one kept before, and neither waits', async () => {
  const dataFolder = freshFolder();
  const before = new ShareJournal({ dataFolder });
  await before.opened();
  const after = new ShareJournal({ dataFolder });
  await after.opened();
  assert.equal(await before.append(record(1)), 'kept');
  assert.equal(await after.append(record(1)), 'duplicate');
  assert.equal(await after.append(record(2)), 'kept');
  assert.equal(await before.append(record(2)), 'duplicate');
  // At the same time, over and over: both may keep it, and it counts once.
  const races = Array.from({ length: 200 }, (_, i) => [
    before.append(record(10 + i)),
    after.append(record(10 + i)),
  ]);
  for (const race of races) assert.ok((await Promise.all(race)).includes('kept'));
  // A journal that begins now knows all shares.
  const third = new ShareJournal({ dataFolder });
  assert.equal(new Set((await third.digestsOf('zcash', 'aa')).map(String)).size, 202);
  assert.equal(await before.append(record(300)), 'kept');
  assert.equal(await third.append(record(300)), 'duplicate');
  await Promise.all([before.close(), after.close(), third.close()]);
  assert.equal(readShares(dataFolder).length, 203);
});

test('a journal that could not be opened refuses shares at once, and opens when it can', async () => {
  const dataFolder = freshFolder();
  mkdirSync(dataFolder, { recursive: true });
  const obstacle = path.join(dataFolder, 'journal');
  writeFileSync(obstacle, 'a file in the way');
  const recovered = Promise.withResolvers<void>();
  const health: (string | undefined)[] = [];
  const journal = new ShareJournal(
    { dataFolder },
    {
      onHealth: (problem) => {
        health.push(problem);
        if (problem === undefined) recovered.resolve();
      },
    },
  );
  await assert.rejects(journal.opened(), { code: 'ADIT_JOURNAL_FAILED' });
  await assert.rejects(journal.append(record(1)), { code: 'ADIT_JOURNAL_FAILED' });
  await assert.rejects(journal.digestsOf('zcash', 'aa'), { code: 'ADIT_JOURNAL_FAILED' });
  rmSync(obstacle);
  await recovered.promise;
  assert.equal(await journal.append(record(1)), 'kept');
  assert.equal(health.length, 2);
  await journal.close();
});

test('a digest is kept as it was when append was called, even if its bytes change later', async () => {
  const dataFolder = freshFolder();
  const journal = new ShareJournal({ dataFolder });
  const pooled = Buffer.from('ab'.repeat(32), 'hex');
  const kept = journal.append(record(1, { digest: pooled }));
  pooled.fill(0);
  assert.equal(await kept, 'kept');
  await journal.close();
  assert.deepEqual(readShares(dataFolder)[0]?.digest, new Uint8Array(32).fill(0xab));
});
