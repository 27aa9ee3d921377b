import assert from 'node:assert/strict';
import { renameSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { JournalTail } from '@adit/journal';
import {
  MOST_WORKERS,
  OTHER_WORKERS,
  openStats,
  openStatsReadOnly,
  ShareIntake,
  StatsQueries,
  workerId,
} from '@adit/stats';
import { folder, journalTemplate, record, START_MS, TestJournal } from '@adit/test-kit/test-journal';
import { dump } from './support/dump.ts';
import { takeAll } from './support/rebuilt.ts';

const MINUTE = 60_000;

test('two journals with the same share, as in an upgrade, count it once', async (t) => {
  const dataFolder = folder(t);
  const template = await journalTemplate(dataFolder);
  const [old, heir] = ['a', 'b'].map((name) => new TestJournal(template, dataFolder, name));
  for (let i = 0; i < 20; i += 1) old?.append(record(i));
  for (let i = 10; i < 30; i += 1) heir?.append(record(i));
  const queries = new StatsQueries(takeAll(dataFolder, START_MS + MINUTE));
  assert.equal(queries.chain('zcash')?.shares, 30);
  old?.close();
  heir?.close();
});

test('a rig that just began is not shown 120 times too fast', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  journal.append(record(1, { timeMs: START_MS }));
  const db = takeAll(dataFolder, START_MS + 5_000);
  const queries = new StatsQueries(db);
  const rig = queries.worker('zcash', 'ann', workerId('ann.rig'));
  assert.ok(rig !== undefined);
  assert.equal(queries.rates(rig).m10.value, null, 'new');
  assert.equal(queries.standing(rig).state, 'new');
  // A share each 10 s for 5 minutes: 102.4 a second, though the window is 10 minutes wide.
  for (let i = 1; i <= 30; i += 1) journal.append(record(1 + i, { timeMs: START_MS + i * 10_000 }));
  takeAll(dataFolder, START_MS + 300_001, { db });
  const later = queries.worker('zcash', 'ann', workerId('ann.rig'));
  assert.ok(later !== undefined);
  const { value, low, high, seconds } = queries.rates(later).m10;
  assert.ok(value !== null && Math.abs(value - 102.4) < 0.1, `${value}`);
  assert.ok(low !== null && low < 102.4 && high !== null && high > 102.4 && seconds > 299);
  assert.equal(queries.standing(later).state, 'online');
  journal.close();
});

test('when all miners have left, all figures are zero in 20 minutes', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  for (let i = 0; i < 60; i += 1) journal.append(record(i, { timeMs: START_MS + i * 1_000 }));
  const queries = new StatsQueries(takeAll(dataFolder, START_MS + 22 * MINUTE));
  const chain = queries.chain('zcash');
  assert.ok(chain !== undefined);
  assert.equal(queries.rates(chain).m10.value, 0);
  assert.deepEqual(queries.active('zcash'), { accounts: 0, workers: 0 });
  const [rig] = queries.workers('zcash', 'ann', 10);
  assert.equal(rig?.state, 'offline');
  journal.close();
});

test('two blocks within five seconds both have their effort', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  for (let i = 0; i < 512; i += 1) journal.append(record(i));
  journal.append(record(600, { outcome: 'block', timeMs: START_MS + 600 }));
  journal.append(record(601, { outcome: 'block', timeMs: START_MS + 5_000 }));
  const queries = new StatsQueries(takeAll(dataFolder, START_MS + MINUTE));
  const [second, first] = queries.found('zcash', { limit: 10 });
  assert.ok(Math.abs((first?.effort ?? 0) - 513 / 1024) < 1e-9);
  assert.ok(Math.abs((second?.effort ?? 0) - 1 / 1024) < 1e-9);
  assert.equal(second?.roundMs, 4_400);
  assert.equal(queries.effort('zcash'), 0);
  journal.close();
});

test('buckets of all widths hold the same sums, and old ones are removed', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  for (let i = 0; i < 200; i += 1) journal.append(record(i, { timeMs: START_MS + i * MINUTE }));
  const nowMs = START_MS + 200 * MINUTE;
  const db = takeAll(dataFolder, nowMs);
  const sum = (table: string) =>
    db
      .prepare(`SELECT sum(b.shares) FROM ${table} b JOIN subject s ON s.id = b.subject WHERE s.kind = ?`)
      .pluck();
  for (const table of ['bucket_m1', 'bucket_m10', 'bucket_h1', 'bucket_d1'])
    assert.equal(sum(table).get(0), 200);
  const minutes = sum('bucket_w1').get(2) as number;
  assert.ok(minutes >= 74 && minutes <= 76, 'minutes of workers are kept for 75 minutes');
  takeAll(dataFolder, nowMs + 50 * 60 * MINUTE, { db });
  assert.equal(sum('bucket_m10').get(0), null);
  assert.equal(sum('bucket_h1').get(0), 200);
  journal.close();
});

test('a chart has nothing where nobody knows whether the pool ran, and zero where it ran', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  const start = Math.ceil(START_MS / MINUTE) * MINUTE;
  journal.append(
    record(1, { timeMs: start, account: 'bob', worker: 'bob.x' }),
    record(2, { timeMs: start + 3 * MINUTE }),
  );
  const db = takeAll(dataFolder, start + 5 * MINUTE - 1);
  db.prepare('INSERT INTO alive VALUES (?)').run(start + MINUTE);
  const queries = new StatsQueries(db);
  const ann = queries.account('zcash', 'ann');
  assert.ok(ann !== undefined);
  const series = queries.series(ann, '1h');
  assert.equal(series?.steps.length, 60);
  assert.deepEqual(
    series?.steps.slice(-5).map((step) => step?.shares ?? null),
    [0, 0, null, 1, null],
  );
  assert.equal(series?.partialLast, true);
  journal.close();
});

test('a torn journal holds up no other one, and is taken when it is whole again', async (t) => {
  const dataFolder = folder(t);
  const template = await journalTemplate(dataFolder);
  const [torn, whole] = ['a', 'b'].map((name) => new TestJournal(template, dataFolder, name));
  assert.ok(torn !== undefined && whole !== undefined);
  torn.append(record(1));
  torn.close();
  renameSync(torn.file, `${torn.file}.good`);
  writeFileSync(torn.file, Buffer.alloc(8192, 0x61));
  whole.append(record(2));
  const faults: string[] = [];
  const db = takeAll(dataFolder, START_MS + MINUTE, { onFault: ({ message }) => faults.push(message) });
  const queries = new StatsQueries(db);
  assert.equal(queries.chain('zcash')?.shares, 1);
  assert.equal(faults.length, 1);
  rmSync(torn.file);
  renameSync(`${torn.file}.good`, torn.file);
  takeAll(dataFolder, START_MS + MINUTE, { db });
  assert.equal(queries.chain('zcash')?.shares, 2);
  whole.close();
});

test('a journal that was archived stays counted, and new ones are taken', async (t) => {
  const dataFolder = folder(t);
  const template = await journalTemplate(dataFolder);
  const old = new TestJournal(template, dataFolder, 'a');
  old.append(record(1));
  const db = takeAll(dataFolder, START_MS + MINUTE);
  old.close();
  for (const end of ['', '-wal', '-shm']) rmSync(`${old.file}${end}`, { force: true });
  const next = new TestJournal(template, dataFolder, 'b');
  next.append(record(2));
  takeAll(dataFolder, START_MS + MINUTE, { db });
  assert.equal(new StatsQueries(db).chain('zcash')?.shares, 2);
  next.close();
});

test('statistics that are damaged, cut or of another version are made anew from the journals', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  for (let i = 0; i < 300; i += 1)
    journal.append(record(i, { account: `account${i}`, worker: `account${i}.x` }));
  const expected = dump(takeAll(dataFolder, START_MS + MINUTE));
  const file = path.join(dataFolder, 'stats.db');
  const again = () => {
    const db = openStats(file);
    takeAll(dataFolder, START_MS + MINUTE, { db });
    assert.deepEqual(dump(db), expected);
    db.close();
  };
  again();
  writeFileSync(
    file,
    'this is not a database, though it is longer than a header of one would have to be'.repeat(4),
  );
  again();
  truncateSync(file, Math.floor(statSync(file).size / 2));
  again();
  const db = openStats(file);
  db.prepare("UPDATE meta SET value = '99' WHERE name = 'version'").run();
  db.close();
  again();
  const reader = openStatsReadOnly(file);
  assert.equal(new StatsQueries(reader).chain('zcash')?.shares, 300);
  reader.close();
  journal.close();
});

test('two readers on one file, one after the other, count each share once', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  const db = openStats(':memory:');
  const tails = [new JournalTail({ dataFolder }), new JournalTail({ dataFolder })];
  const nowMs = START_MS + MINUTE;
  const intakes = tails.map((tail) => new ShareIntake({ settleMs: 0 }, { tail, db, now: () => nowMs }));
  for (let i = 0; i < 60; i += 1) {
    journal.append(record(i));
    intakes[i % 2]?.step();
  }
  assert.deepEqual(dump(db), dump(takeAll(dataFolder, nowMs)));
  for (const tail of tails) tail.close();
  journal.close();
});

test('an account that invents names has a bounded number of workers', async (t) => {
  const dataFolder = folder(t);
  const journal = new TestJournal(await journalTemplate(dataFolder), dataFolder, 'a');
  const db = openStats(':memory:');
  journal.append(record(0));
  takeAll(dataFolder, START_MS + MINUTE, { db });
  db.prepare('UPDATE subject SET workers = ? WHERE kind = 1').run(MOST_WORKERS - 1);
  for (let i = 1; i < 5; i += 1) journal.append(record(i, { worker: `ann.${i}` }));
  takeAll(dataFolder, START_MS + MINUTE, { db });
  const names = new StatsQueries(db).workers('zcash', 'ann', 100).map(({ subject }) => subject.name);
  assert.deepEqual(names, ['ann.1', 'ann.rig', OTHER_WORKERS]);
  journal.close();
});
