import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { countShares, JournalTail, ShareJournal } from '@adit/journal';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { journalFile, record } from './support/records.ts';

/** The journal J1 with five rows, whose process was killed, and a text in the record beside it. */
async function killed(context: TestContext, text?: string) {
  const dataFolder = temporaryFolder(context);
  await closed(dataFolder, 'J1');
  const file = journalFile(dataFolder, 'J1');
  const db = new Database(file);
  db.exec('DELETE FROM ended');
  db.close();
  if (text !== undefined) writeFileSync(`${file}.end`, text.padEnd(128));
  return { dataFolder, file };
}

async function closed(dataFolder: string, instance: string): Promise<void> {
  const journal = new ShareJournal({ dataFolder, instance });
  for (const number of [1, 2, 3, 4, 5]) await journal.append(record(number));
  await journal.close();
}

function counts(dataFolder: string): readonly [number, number] {
  const { shares, faults } = countShares({ dataFolder });
  return [shares.length, faults.length];
}

/** What a ledger takes. */
function taken(dataFolder: string): number {
  const tail = new JournalTail({ dataFolder });
  try {
    return [...tail.look(new Map()).journals.keys()].flatMap((instance) => tail.rows(instance, 0, 100))
      .length;
  } finally {
    tail.close();
  }
}

/** Starts a process that ends in order, as the next one would, after it has kept a share. */
async function next(dataFolder: string): Promise<readonly string[]> {
  const journal = new ShareJournal({ dataFolder });
  await journal.append(record(6));
  const { faults } = journal;
  await journal.close();
  return faults;
}

function rename(from: string, to: string): void {
  renameSync(from, to);
  if (existsSync(`${from}.end`)) renameSync(`${from}.end`, `${to}.end`);
}

for (const text of ['{"instance":"J1","lastSequence":3}', '{"lastSequence":3}']) {
  test(`the record ${text} says where the journal beside it ends`, async (context) => {
    const { dataFolder } = await killed(context, text);
    assert.deepEqual(counts(dataFolder), [3, 0]);
    assert.equal(taken(dataFolder), 3);
  });

  test(`the record ${text} is still found when it is renamed together with its journal`, async (context) => {
    const { dataFolder, file } = await killed(context, text);
    rename(file, path.join(path.dirname(file), 'x.db'));
    assert.equal(counts(dataFolder)[0], 3);
    assert.equal(taken(dataFolder), 3);
    await next(dataFolder);
    assert.ok(!existsSync(path.join(path.dirname(file), 'x.db.end')), 'the next process has taken it over');
    rename(path.join(path.dirname(file), 'x.db'), file);
    assert.deepEqual(counts(dataFolder), [3 + 1, 0]);
  });

  test(`the record ${text} counts for a journal that is away while the next process starts`, async (context) => {
    const { dataFolder, file } = await killed(context, text);
    renameSync(file, path.join(dataFolder, 'J1.db'));
    await next(dataFolder);
    renameSync(path.join(dataFolder, 'J1.db'), file);
    assert.deepEqual(counts(dataFolder), [3 + 1, 0]);
  });
}

test('a copy of a journal ends where its record says', async (context) => {
  const { dataFolder, file } = await killed(context, '{"lastSequence":3}');
  cpSync(file, path.join(path.dirname(file), 'copy.db'));
  assert.equal(counts(dataFolder)[0], 3);
});

test('a blank or missing record is not a fault', async (context) => {
  const { dataFolder, file } = await killed(context, '');
  assert.deepEqual(counts(dataFolder), [5, 0]);
  rmSync(`${file}.end`);
  assert.deepEqual(counts(dataFolder), [5, 0]);
});

const GARBAGE = ['{"lastSequence":3', '{"lastSequence":-1}', '{"instance":7,"lastSequence":3}', 'null', '5'];
for (const text of GARBAGE) {
  test(`the record ${text} is a fault, and no ledger takes a row behind it`, async (context) => {
    const { dataFolder, file } = await killed(context, text);
    const { faults } = countShares({ dataFolder });
    assert.equal(faults.length, 1);
    assert.ok(faults[0]?.includes(`${file}.end`), faults[0]);
    assert.throws(() => taken(dataFolder), { code: 'ADIT_JOURNAL_UNREADABLE' });
    assert.deepEqual(await next(dataFolder), faults);
    assert.ok(existsSync(`${file}.end`), 'the next process leaves it there');
  });
}

test('a record that cannot be read is a fault', async (context) => {
  const { dataFolder, file } = await killed(context);
  mkdirSync(`${file}.end`);
  assert.deepEqual(counts(dataFolder), [5, 1]);
  assert.throws(() => taken(dataFolder), { code: 'ADIT_JOURNAL_UNREADABLE' });
  assert.equal((await next(dataFolder)).length, 1);
});

test('a record that contradicts a journal that was closed in order is a fault, and the journal counts', async (context) => {
  const dataFolder = temporaryFolder(context);
  await closed(dataFolder, 'J1');
  const end = `${journalFile(dataFolder, 'J1')}.end`;
  writeFileSync(end, '{"instance":"J1","lastSequence":2}');
  assert.deepEqual(counts(dataFolder), [5, 1]);
  assert.equal(taken(dataFolder), 5);
  assert.equal((await next(dataFolder)).length, 1);
  assert.ok(existsSync(end), 'the next process does not take it over');
  assert.equal(counts(dataFolder)[0], 6);
});

test('a record is removed after the first share of the next process, or at its orderly end', async (context) => {
  const { dataFolder, file } = await killed(context, '{"instance":"J1","lastSequence":3}');
  const journal = new ShareJournal({ dataFolder });
  await journal.opened();
  assert.ok(existsSync(`${file}.end`));
  await journal.close();
  assert.ok(!existsSync(`${file}.end`));
  assert.deepEqual(
    readdirSync(path.dirname(file)).filter((name) => name.endsWith('.end')),
    [],
  );
  assert.deepEqual(counts(dataFolder), [3, 0]);
});
