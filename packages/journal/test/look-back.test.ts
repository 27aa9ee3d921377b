import assert from 'node:assert/strict';
import { utimesSync } from 'node:fs';
import { test } from 'node:test';
import { ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { journalFile, numberOf, record, writeOldJournal } from './support/records.ts';

test('digestsOf finds the shares of its work in every journal, however old, and however many came after it', async (context) => {
  const dataFolder = temporaryFolder(context);
  writeOldJournal(dataFolder, '000', [record(1)]);
  utimesSync(journalFile(dataFolder, '000'), 1, 1);
  for (let i = 1; i <= 80; i += 1) {
    writeOldJournal(dataFolder, String(i).padStart(3, '0'), [record(i + 100, { workGroup: `other${i}` })]);
  }
  const journal = new ShareJournal({ dataFolder });
  assert.deepEqual((await journal.digestsOf('zcash', 'aa')).map(numberOf), [1]);
  assert.equal(await journal.append(record(1)), 'duplicate');
  await journal.close();
});

test('the thread that replaces a lost one knows the shares that other processes have kept', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  await journal.append(record(1));
  assert.equal((await journal.digestsOf('zcash', 'aa')).length, 1);
  const other = new ShareJournal({ dataFolder, instance: 'b' });
  await other.append(record(2));
  await other.close();
  // The next commit fails, and its thread and its file are given up.
  const meddler = new Database(journalFile(dataFolder, 'a'));
  meddler.exec("CREATE TRIGGER fail BEFORE INSERT ON share BEGIN SELECT RAISE(ABORT, 'disk is full'); END");
  meddler.close();
  await assert.rejects(journal.append(record(3)), /disk is full/);
  assert.equal(await journal.append(record(2)), 'duplicate');
  assert.equal(await journal.append(record(1)), 'duplicate');
  assert.equal(await journal.append(record(3)), 'kept');
  await journal.close();
});
