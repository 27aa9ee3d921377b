import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { test } from 'node:test';
import { countShares, JournalReader, readShares, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { digestOf, journalFile, numberOf, record } from './support/records.ts';

test('a share that two processes have kept counts once, and the reader names the row that it left out', async (context) => {
  const dataFolder = temporaryFolder(context);
  const [a, b] = [
    new ShareJournal({ dataFolder, instance: 'a' }),
    new ShareJournal({ dataFolder, instance: 'b' }),
  ];
  await Promise.all([a.opened(), b.opened()]);
  // At the same moment, over and over: neither waits for the other, so both may keep it.
  for (let number = 1; number <= 300; number += 1) {
    const outcomes = await Promise.all([a.append(record(number)), b.append(record(number))]);
    assert.ok(outcomes.includes('kept'));
  }
  await Promise.all([a.close(), b.close()]);
  const { shares, leftOut, alarms, faults } = countShares({ dataFolder });
  assert.deepEqual(
    shares.map(({ digest }) => numberOf(digest)).sort((x, y) => x - y),
    range(300),
  );
  assert.deepEqual([alarms, faults], [[], []]);
  for (const { because, instance } of leftOut) assert.deepEqual([because, instance], ['other_instance', 'b']);
  assert.deepEqual(readShares(dataFolder), shares);
});

test('a copy of a journal counts no share twice, and the reader names the copy', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  for (const number of range(3)) await journal.append(record(number));
  await journal.close();
  copyFileSync(journalFile(dataFolder, 'a'), journalFile(dataFolder, '0-backup'));
  const { shares, leftOut, faults } = countShares({ dataFolder });
  assert.deepEqual(
    shares.map(({ sequence }) => sequence),
    [1, 2, 3],
  );
  assert.deepEqual(
    leftOut.map(({ file, sequence, because }) => [file, sequence, because]),
    range(3).map((number) => [journalFile(dataFolder, '0-backup'), number, 'copy']),
  );
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', /0-backup\.db is the journal a, copied or renamed/);
});

test('one share under two names of a chain is one share, and under two networks it is two', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder });
  const outcomes = await Promise.all([
    journal.append(record(1)),
    journal.append(record(1, { chain: 'zcash-eu', account: 'mallory', worker: 'mallory' })),
    journal.append(record(1, { chain: 'komodo', network: 'komodo' })),
  ]);
  assert.deepEqual(outcomes, ['kept', 'duplicate', 'kept']);
  await journal.close();
  assert.deepEqual(
    readShares(dataFolder).map(({ network, worker }) => [network, worker]),
    [
      ['zcash', 'alice.rig1'],
      ['komodo', 'alice.rig1'],
    ],
  );
});

test('if two instances have a share with two weights, the smaller one counts, and the reader reports it', async (context) => {
  const dataFolder = temporaryFolder(context);
  const [a, b] = [
    new ShareJournal({ dataFolder, instance: 'a' }),
    new ShareJournal({ dataFolder, instance: 'b' }),
  ];
  await Promise.all([a.opened(), b.opened()]);
  await Promise.all([a.append(record(1, { weight: 500n })), a.append(record(2, { weight: 10n }))]);
  await Promise.all([b.append(record(1, { weight: 7n })), b.append(record(2, { weight: 500n }))]);
  await Promise.all([a.close(), b.close()]);
  const { shares, alarms } = countShares({ dataFolder });
  assert.deepEqual(
    shares.map(({ weight }) => weight),
    [7n, 10n],
  );
  assert.deepEqual(alarms[0]?.weights, [7n, 500n]);
});

test('the reader gives one whole group at a time, and a later counting reads only groups that have grown', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  for (const number of range(6))
    await journal.append(record(number, { workGroup: number % 2 ? 'odd' : 'even' }));
  const groupsOf = (after?: ReadonlyMap<string, number>) => {
    const reader = new JournalReader({ dataFolder });
    const groups = [...reader.groups(after)];
    reader.close();
    return groups.map(({ workGroup, shares }) => [workGroup, shares.map(({ sequence }) => sequence)]);
  };
  assert.deepEqual(groupsOf(), [
    ['odd', [1, 3, 5]],
    ['even', [2, 4, 6]],
  ]);
  await journal.append(record(8, { workGroup: 'even', digest: digestOf(8) }));
  assert.deepEqual(groupsOf(new Map([['a', 6]])), [['even', [2, 4, 6, 7]]]);
  assert.deepEqual(groupsOf(new Map([['a', 7]])), []);
  await journal.close();
});

function range(length: number): number[] {
  return Array.from({ length }, (_, i) => i + 1);
}
