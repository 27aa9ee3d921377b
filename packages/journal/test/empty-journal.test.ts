import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { countShares, JournalReader, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { record } from './support/records.ts';

const filesIn = (data: string) => readdirSync(path.join(data, 'journal'));

test('a journal that never held a share is removed at the end of its process, with the files beside it', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder });
  await journal.opened();
  assert.ok(filesIn(dataFolder).length > 0);
  await journal.close();
  assert.deepEqual(filesIn(dataFolder), []);
});

test('a journal that is closed before its file exists leaves no file either', async (context) => {
  const dataFolder = temporaryFolder(context);
  await new ShareJournal({ dataFolder }).close();
  assert.deepEqual(filesIn(dataFolder), []);
});

test('a journal with one share, or the smaller weight of a share in another journal, stays', async (context) => {
  const dataFolder = temporaryFolder(context);
  const first = new ShareJournal({ dataFolder, instance: 'a' });
  await first.append(record(1, { weight: 8n }));
  await first.close();
  const second = new ShareJournal({ dataFolder, instance: 'b' });
  assert.equal(await second.append(record(1, { weight: 4n })), 'duplicate');
  await second.close();
  assert.deepEqual(filesIn(dataFolder), ['a.db', 'b.db']);
  assert.equal(countShares({ dataFolder }).shares[0]?.weight, 4n);
});

test('a journal that says where a former journal ends stays, even without a share', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  await journal.append(record(1));
  const file = path.join(dataFolder, 'journal', 'a.db');
  renameSync(file, path.join(dataFolder, 'a.db'));
  // The loss is noticed with the next share, and a new file begins.
  await assert.rejects(journal.append(record(2)), { code: 'ADIT_JOURNAL_FAILED' });
  await journal.close();
  assert.equal(filesIn(dataFolder).filter((name) => name.endsWith('.db')).length, 1);
});

test('an empty journal that was moved away is left where it is', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  await journal.opened();
  const away = path.join(dataFolder, 'a.db');
  renameSync(path.join(dataFolder, 'journal', 'a.db'), away);
  await journal.close();
  assert.ok(existsSync(away));
});

test('a reader that counts while an empty journal is removed misses no share, and finds no fault', async (context) => {
  const dataFolder = temporaryFolder(context);
  const lasting = new ShareJournal({ dataFolder, instance: 'b' });
  context.after(() => lasting.close());
  await lasting.append(record(1));
  const empty = new ShareJournal({ dataFolder, instance: 'a' });
  await empty.opened();
  const reader = new JournalReader({ dataFolder });
  context.after(() => reader.close());
  await empty.close();
  assert.equal([...reader.groups()].flatMap(({ shares }) => shares).length, 1);
  assert.equal(await lasting.append(record(2)), 'kept');
  // The other process looks at all journals for this.
  await lasting.digestsOf(record(1).network, record(1).workGroup);
  assert.deepEqual(lasting.faults, []);
  assert.deepEqual(countShares({ dataFolder }).faults, []);
});
