import assert from 'node:assert/strict';
import {
  closeSync,
  copyFileSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { test } from 'node:test';
import { countShares, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { journalFile, numberOf, record } from './support/records.ts';

const KEPT = 50;
/** Ways to damage the files of a journal that is in use. */
const INJURIES: Readonly<Record<string, (file: string) => void>> = {
  'the log is emptied': (file) => truncateSync(`${file}-wal`, 0),
  'the log is cut in the middle': (file) => truncateSync(`${file}-wal`, statSync(`${file}-wal`).size / 2),
  'the header of the log is overwritten': (file) => writeAt(`${file}-wal`, 0),
  'a salt in the header of the log is overwritten': (file) => writeAt(`${file}-wal`, 16),
  'the log is replaced by a copy': (file) => replace(`${file}-wal`),
  'the index of the log is emptied': (file) => truncateSync(`${file}-shm`, 0),
  'the index of the log is deleted': (file) => rmSync(`${file}-shm`),
  'the index of the log is replaced by a copy': (file) => replace(`${file}-shm`),
  'the database is cut': (file) => truncateSync(file, statSync(file).size - 4096),
  'the database is replaced by a copy': (file) => replace(file),
};
/** Number of earlier shares that are still there; undefined if the reader names the file and stops. */
const LEFT: Readonly<Record<string, number | undefined>> = {
  'the log is emptied': 0,
  'the log is cut in the middle': 25,
  'the database is cut': undefined,
};

for (const [what, injure] of Object.entries(INJURIES)) {
  test(`where ${what}, no share is kept there any more, and the faults name what is lost`, async (context) => {
    const dataFolder = temporaryFolder(context);
    const journal = new ShareJournal({ dataFolder, instance: 'a' });
    context.after(() => journal.close());
    const file = journalFile(dataFolder, 'a');
    for (let number = 1; number <= KEPT; number += 1) await journal.append(record(number));
    injure(file);
    await assert.rejects(journal.append(record(1_000)), {
      code: 'ADIT_JOURNAL_FAILED',
      message: /(emptied|cut|overwritten|moved, replaced or deleted) while it was in use/,
    });
    for (let number = KEPT + 1; number <= 2 * KEPT; number += 1)
      assert.equal(await journal.append(record(number)), 'kept');
    await journal.digestsOf('zcash', 'aa');
    const { faults } = journal;
    await journal.close();
    const left = what in LEFT ? LEFT[what] : KEPT;
    if (left === undefined) {
      assert.match(faults.join(), /a\.db cannot be read/);
      assert.throws(() => countShares({ dataFolder }), { code: 'ADIT_JOURNAL_UNREADABLE', message: /a\.db/ });
      return;
    }
    const counted = countShares({ dataFolder });
    const numbers = counted.shares.map(({ digest }) => numberOf(digest)).sort((x, y) => x - y);
    const expected = Array.from({ length: 2 * KEPT }, (_, i) => i + 1);
    assert.deepEqual(
      numbers,
      expected.filter((number) => number <= left || number > KEPT),
    );
    const loss = new RegExp(
      `a\\.db has lost shares that were kept: it ends with row ${left} instead of ${KEPT}`,
    );
    for (const said of [faults, counted.faults]) {
      if (left === KEPT) assert.deepEqual(said, []);
      else assert.match(said.join(), loss);
    }
  });
}

test('a log that SQLite begins again, round after round, is not a fault', async (context) => {
  const dataFolder = temporaryFolder(context);
  const health: unknown[] = [];
  const journal = new ShareJournal(
    { dataFolder, instance: 'a' },
    { onHealth: (problem) => health.push(problem) },
  );
  context.after(() => journal.close());
  const rounds = new Set<string>();
  // Commits of one share and of many: after a thousand pages, SQLite begins its log again at the front.
  for (let batch = 0; batch < 300; batch += 1) {
    const size = batch % 3 === 0 ? 1 : 40;
    await Promise.all(Array.from({ length: size }, (_, i) => journal.append(record(batch * 100 + i))));
    // Shares that are known already: a commit with nothing to write.
    assert.equal(await journal.append(record(batch * 100)), 'duplicate');
    rounds.add(
      readFileSync(`${journalFile(dataFolder, 'a')}-wal`)
        .subarray(12, 16)
        .toString('hex'),
    );
  }
  assert.ok(rounds.size > 2, `${rounds.size} rounds`);
  assert.deepEqual(health, []);
  await journal.close();
  assert.equal(countShares({ dataFolder }).shares.length, 100 + 200 * 40);
});

test('a person that merges and cuts the log by hand loses no share', async (context) => {
  const dataFolder = temporaryFolder(context);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  context.after(() => journal.close());
  for (let number = 1; number <= KEPT; number += 1) await journal.append(record(number));
  const byHand = new Database(journalFile(dataFolder, 'a'));
  byHand.pragma('wal_checkpoint(TRUNCATE)');
  byHand.close();
  await assert.rejects(journal.append(record(100)), { message: /-wal was emptied while it was in use/ });
  assert.equal(await journal.append(record(100)), 'kept');
  assert.deepEqual(journal.faults, []);
  await journal.close();
  const counted = countShares({ dataFolder });
  assert.deepEqual([counted.shares.length, counted.faults], [KEPT + 1, []]);
});

function writeAt(file: string, at: number): void {
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.from('????'), 0, 4, at);
  closeSync(descriptor);
}

function replace(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}
