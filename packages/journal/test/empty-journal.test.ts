import assert from 'node:assert/strict';
import { existsSync, readdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { countShares, JournalReader, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { record } from './support/records.ts';

const filesIn = (data: string) => readdirSync(path.join(data, 'journal'));

test('a journal that never held a share goes with its process, with everything beside it', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder });
  await journal.opened();
  assert.ok(filesIn(dataFolder).length > 0);
  await journal.close();
  assert.deepEqual(filesIn(dataFolder), []);
});

test('one that was closed before its file was there leaves none either', async (context) => {
  const dataFolder = temporaryFolder(context);
  await new ShareJournal({ dataFolder }).close();
  assert.deepEqual(filesIn(dataFolder), []);
});

test('one share, or the smaller weight of a share in another journal, makes it stay', async (context) => {
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

test('one that says where a former journal of its process ends stays without a share of its own', async (context) => {
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

test('a file that was moved away without a share is left where it is', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  await journal.opened();
  const away = path.join(dataFolder, 'a.db');
  renameSync(path.join(dataFolder, 'journal', 'a.db'), away);
  await journal.close();
  assert.ok(existsSync(away));
});

test('who reads and counts meanwhile misses nothing when an empty journal goes, and finds no fault', async (context) => {
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
