import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { countShares, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { journalFile, record } from './support/records.ts';

test('two processes on one folder with a slow disk: each goes at its own pace, and no share is refused', async (context) => {
  const dataFolder = temporaryFolder(context);
  let commits = 0;
  const options = { dataFolder, commitDelayMs: 30 };
  const busy = new ShareJournal(options, {
    onCommit: () => {
      commits += 1;
    },
  });
  const other = new ShareJournal(options);
  await Promise.all([busy.opened(), other.opened()]);
  // One process commits without a pause, until the other one has made its hundred commits.
  let isDone = false;
  let number = 0;
  const floods = Array.from({ length: 8 }, async () => {
    while (!isDone) {
      number += 1;
      assert.equal(await busy.append(record(1_000_000 + number)), 'kept');
    }
  });
  for (let share = 1; share <= 100; share += 1) assert.equal(await other.append(record(share)), 'kept');
  isDone = true;
  // Both use the same disk: a process that commits all the time does not commit much more often than the other.
  assert.ok(commits < 250, `${commits} commits beside 100`);
  await Promise.all(floods);
  await Promise.all([busy.close(), other.close()]);
  assert.equal(countShares({ dataFolder }).shares.length, number + 100);
});

test('a process that reads the folder, or locks files in it, delays no commit', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  await journal.append(record(1));
  mkdirSync(path.join(dataFolder, 'journal'), { recursive: true });
  // A lock such as a process stopped in the middle of a commit, or a curious user, may hold.
  const held = ['a.db', 'commit.lock'].map((name) => {
    const db = new Database(path.join(dataFolder, 'journal', name));
    if (name === 'a.db') db.exec('BEGIN; SELECT * FROM share');
    else db.exec('BEGIN EXCLUSIVE');
    return db;
  });
  const second = new ShareJournal({ dataFolder, instance: 'b' });
  await second.append(record(2));
  const locked = new Database(journalFile(dataFolder, 'b'));
  locked.exec('BEGIN IMMEDIATE');
  assert.equal(await journal.append(record(3)), 'kept');
  for (const db of [...held, locked]) db.close();
  await Promise.all([journal.close(), second.close()]);
});
