import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type JournalMark, JournalTail, NO_MARK, ShareJournal, shareKey } from '@adit/journal';
import Database from 'better-sqlite3';
import { endRecordOf, recordEnd } from '../src/end-record.ts';
import { digestOf, journalFile, numberOf, record, writeOldJournal } from './support/records.ts';

function folder(t: TestContext): string {
  const made = mkdtempSync(path.join(tmpdir(), 'adit-tail-'));
  t.after(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

function tailOf(t: TestContext, dataFolder: string, also: readonly string[] = []): JournalTail {
  const tail = new JournalTail({ dataFolder, also });
  t.after(() => tail.close());
  return tail;
}

/** Writes a journal of these numbers, and closes it in order. */
async function write(dataFolder: string, instance: string, numbers: readonly number[], weight?: bigint) {
  const journal = new ShareJournal({ dataFolder, instance });
  for (const number of numbers) await journal.append(record(number, weight === undefined ? {} : { weight }));
  await journal.close();
}

const mark = (sequence: number, more: Partial<JournalMark> = {}): JournalMark => ({
  ...NO_MARK,
  sequence,
  ...more,
});
const marks = (sequence: number, more: Partial<JournalMark> = {}) => new Map([['a', mark(sequence, more)]]);

test('a tail reads a journal page by page while it is written, from a mark on', async (t) => {
  const dataFolder = folder(t);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  t.after(() => journal.close());
  const tail = tailOf(t, dataFolder);
  await Promise.all([1, 2, 3].map((number) => journal.append(record(number))));
  assert.equal(tail.look(new Map()).journals.get('a')?.lastSequence, 3);
  assert.deepEqual(
    tail.rows('a', 0, 2).map(({ sequence, digest }) => [sequence, numberOf(digest)]),
    [
      [1, 1],
      [2, 2],
    ],
  );
  await journal.append(record(4));
  const { journals } = tail.look(marks(2));
  assert.deepEqual([journals.get('a')?.lastSequence, journals.get('a')?.isOver], [4, false]);
  assert.deepEqual(
    tail.rows('a', 2, 10).map(({ sequence }) => sequence),
    [3, 4],
  );
  await journal.close();
  assert.deepEqual(
    [tail.look(marks(4)).journals.get('a')].map((found) => [found?.isOver, found?.end]),
    [[true, 4]],
  );
});

test('a tail finds journals that come later, and reads those of version 1', async (t) => {
  const dataFolder = folder(t);
  const tail = tailOf(t, dataFolder);
  assert.equal(tail.look(new Map()).journals.size, 0);
  await write(dataFolder, 'b', [1]);
  writeOldJournal(dataFolder, 'a', [record(2), record(3)]);
  assert.deepEqual([...tail.look(new Map()).journals.keys()].sort(), ['a', 'b']);
  assert.deepEqual(
    tail.rows('a', 1, 10).map(({ sequence, network }) => [sequence, network]),
    [[2, 'zcash']],
  );
  assert.deepEqual(tail.lighter('a', 0, 10), []);
});

test('copies of a journal are one journal, of which the longest is read', async (t) => {
  const dataFolder = folder(t);
  const other = folder(t);
  await write(dataFolder, 'a', [1, 2]);
  mkdirSync(path.join(other, 'journal'));
  copyFileSync(journalFile(dataFolder, 'a'), journalFile(other, 'a'));
  copyFileSync(journalFile(dataFolder, 'a'), journalFile(dataFolder, 'copy'));
  const shorter = new Database(journalFile(dataFolder, 'a'));
  shorter.exec('DELETE FROM share WHERE sequence = 2');
  shorter.close();
  const tail = tailOf(t, dataFolder, [other]);
  const { journals } = tail.look(marks(2));
  assert.deepEqual([...journals.keys()], ['a']);
  assert.equal(journals.get('a')?.file, path.resolve(journalFile(other, 'a')));
  assert.equal(tail.rows('a', 0, 10).length, 2);
});

test('rows behind the end of a journal were refused, and are never read', async (t) => {
  const dataFolder = folder(t);
  await write(dataFolder, 'a', [1, 2, 3]);
  await write(dataFolder, 'b', [9]);
  const db = new Database(journalFile(dataFolder, 'b'));
  db.prepare('INSERT INTO ended VALUES (?, ?, ?)').run('a', 2, 'the disk failed');
  db.close();
  const tail = tailOf(t, dataFolder);
  assert.equal(tail.look(new Map()).journals.get('a')?.end, 2);
  assert.deepEqual(
    tail.rows('a', 0, 10).map(({ sequence }) => sequence),
    [1, 2],
  );
  assert.deepEqual([...tail.takenOf({ network: 'zcash', workGroup: 'aa' }, marks(3)).kept.keys()].length, 2);
});

test('a journal of which shares were taken must stay, with all of its rows', async (t) => {
  const missing = { code: 'ADIT_JOURNAL_MISSING' };
  const dataFolder = folder(t);
  await write(dataFolder, 'a', [1, 2]);
  const tail = tailOf(t, dataFolder);
  tail.look(marks(2));
  const file = journalFile(dataFolder, 'a');
  renameSync(file, `${file}.away`);
  assert.throws(() => tail.look(marks(2)), missing);
  assert.equal(tail.look(marks(2, { isGone: true })).journals.size, 0);
  renameSync(`${file}.away`, file);
  assert.equal(tail.look(marks(2)).journals.size, 1);
  assert.throws(() => tail.look(marks(3)), missing);
});

test('a journal that lacks a row in the middle is read up to it, and no further', async (t) => {
  const dataFolder = folder(t);
  await write(dataFolder, 'a', [1, 2, 3, 4]);
  const db = new Database(journalFile(dataFolder, 'a'));
  db.exec('DELETE FROM share WHERE sequence = 3');
  db.close();
  const tail = tailOf(t, dataFolder);
  tail.look(new Map());
  assert.equal(tail.rows('a', 0, 2).length, 2);
  assert.throws(() => tail.rows('a', 2, 10), { code: 'ADIT_JOURNAL_MISSING' });
});

test('a journal that ended with more rows than it has stops the reader', async (t) => {
  const dataFolder = folder(t);
  await write(dataFolder, 'a', [1, 2, 3]);
  const db = new Database(journalFile(dataFolder, 'a'));
  db.exec('DELETE FROM share WHERE sequence = 3');
  db.close();
  assert.throws(() => tailOf(t, dataFolder).look(new Map()), { code: 'ADIT_JOURNAL_MISSING' });
});

test('a journal that another one names, and that is not there, is reported', async (t) => {
  const dataFolder = folder(t);
  await write(dataFolder, 'b', [9]);
  const db = new Database(journalFile(dataFolder, 'b'));
  db.prepare('INSERT INTO ended VALUES (?, ?, ?)').run('a', 7, 'the disk failed');
  db.close();
  const tail = tailOf(t, dataFolder);
  assert.deepEqual(tail.look(new Map()).absent, [{ instance: 'a', lastSequence: 7 }]);
  assert.deepEqual(tail.look(marks(7, { isGone: true })).absent, []);
});

test('the shares of a group that were taken are told with their smallest weights, by the marks', async (t) => {
  const dataFolder = folder(t);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  await journal.append(record(1, { weight: 9n }));
  await journal.append(record(2, { weight: 9n }));
  await journal.append(record(1, { weight: 5n }));
  await journal.append(record(1, { weight: 4n }));
  await journal.close();
  await write(dataFolder, 'b', [3], 7n);
  const tail = tailOf(t, dataFolder);
  tail.look(new Map());
  const group = { network: 'zcash', workGroup: 'aa' };
  const at = (all: ReadonlyMap<string, JournalMark>) => {
    const { kept, lighter } = tail.takenOf(group, all);
    return [kept, lighter].map((map) =>
      [1, 2, 3].map((number) => map.get(shareKey(digestOf(number))) ?? null),
    );
  };
  assert.deepEqual(at(new Map()), [
    [null, null, null],
    [null, null, null],
  ]);
  assert.deepEqual(at(marks(1, { lighterId: 1 })), [
    [9n, null, null],
    [5n, null, null],
  ]);
  assert.deepEqual(at(new Map([...marks(2, { lighterId: 2 }), ['b', mark(1)]])), [
    [9n, 9n, 7n],
    [4n, null, null],
  ]);
  assert.deepEqual(
    tail.lighter('a', 1, 10).map(({ id, weight }) => [id, weight]),
    [[2, 4n]],
  );
  assert.deepEqual(tail.placesOf({ ...group, digest: digestOf(2) }), [{ instance: 'a', sequence: 2 }]);
  assert.deepEqual(tail.placesOf({ ...group, digest: digestOf(8) }), []);
});

test('an end that is recorded beside a journal, long after its last row, is seen by the next look', async (t) => {
  const dataFolder = folder(t);
  const journal = new ShareJournal({ dataFolder, instance: 'a' });
  t.after(() => journal.close());
  for (const number of [1, 2]) await journal.append(record(number));
  const file = journalFile(dataFolder, 'a');
  const hourAgo = new Date(Date.now() - 3_600_000);
  for (const name of [file, `${file}-wal`, endRecordOf(file)]) utimesSync(name, hourAgo, hourAgo);
  const tail = tailOf(t, dataFolder);
  assert.equal(tail.look(new Map()).journals.get('a')?.end, undefined);
  recordEnd(file, { instance: 'a', lastSequence: 1, reason: 'test' }, true);
  utimesSync(endRecordOf(file), new Date(hourAgo.getTime() + 1_000), new Date(hourAgo.getTime() + 1_000));
  assert.equal(tail.look(new Map()).journals.get('a')?.end, 1);
  assert.deepEqual(
    tail.rows('a', 0, 10).map(({ sequence }) => sequence),
    [1],
  );
});
