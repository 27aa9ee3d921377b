import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { countShares, JournalTail, ShareJournal, type ShareRecord } from '@adit/journal';
import {
  auditRows,
  Ingest,
  type LedgerDatabase,
  SqliteDatabase,
  setScheme,
  verifyFromJournals,
} from '@adit/ledger';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { record } from '@adit/test-kit/test-journal';
import Database from 'better-sqlite3';
import { archiveJournals, planArchive } from '../src/ledger/archive-journals.ts';
import { unpackArchives } from '../src/ledger/unpacked-archives.ts';
import { TRANSPARENT } from './support/regtest-addresses.ts';

const DAY_MS = 86_400_000;
const NOW = Date.now();
const NETWORK = 'zcash-devnet-48_5';
const INSTANCES = ['a', 'b', 'c'];

/** A share that weighs as much as a block: one of them fills the window. */
function share(number: number, timeMs: number): ShareRecord {
  return record(number, { timeMs, network: NETWORK, weight: 2n ** 20n });
}

interface Folder {
  readonly folder: string;
  readonly dataFolder: string;
  readonly archive: string;
  readonly database: LedgerDatabase;
}

/** Two old journals and a young one, all of whose shares the ledger has taken. */
async function folderOf(context: TestContext): Promise<Folder> {
  const folder = temporaryFolder(context);
  const dataFolder = path.join(folder, 'data');
  mkdirSync(dataFolder);
  const tables = { money: { reward_addresses: [TRANSPARENT] } };
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml(undefined, { chain: { network: NETWORK }, tables })], { top: { data: './data' } }),
  );
  for (const [i, instance] of INSTANCES.entries()) {
    const journal = new ShareJournal({ dataFolder, instance });
    const timeMs = NOW - (i === 2 ? 1 : 40) * DAY_MS;
    for (let number = 0; number < 3; number += 1) await journal.append(share(10 * i + number, timeMs));
    await journal.close();
  }
  const database = await SqliteDatabase.open(path.join(dataFolder, 'ledger.db'));
  context.after(() => database.close());
  await database.transact((queries) =>
    setScheme(queries, {
      chain: NETWORK,
      scheme: { kind: 'pplns', window: 2n ** 64n },
      timeMs: 1,
      actor: 'test',
    }),
  );
  const tail = new JournalTail({ dataFolder });
  await new Ingest({}, { tail, database }).step();
  tail.close();
  return { folder, dataFolder, archive: path.join(dataFolder, 'archive'), database };
}

async function verified(dataFolder: string, database: LedgerDatabase, also: readonly string[] = []) {
  const tail = new JournalTail({ dataFolder, also });
  const into = await SqliteDatabase.open(':memory:');
  const { unchecked, mismatches } = await verifyFromJournals({ database, into, tail });
  tail.close();
  await into.close();
  return { unchecked, mismatches };
}

function journalsIn({ dataFolder }: Folder): readonly string[] {
  return readdirSync(path.join(dataFolder, 'journal')).filter((name) => name.endsWith('.db'));
}

test('journals that are accounted for go into archives, which readers read, and the ledger goes on without them', async (context) => {
  const all = await folderOf(context);
  const { folder, dataFolder, archive, database } = all;
  const before = countShares({ dataFolder });
  const dry = await aditHere(['ledger', 'archive', '--dry-run', '--json'], folder);
  assert.equal(dry.status, 0, dry.err);
  assert.deepEqual(JSON.parse(dry.out).goes, [
    { instance: 'a', rows: 3 },
    { instance: 'b', rows: 3 },
  ]);
  assert.deepEqual(JSON.parse(dry.out).stays, [{ instance: 'c', because: 'young' }]);
  assert.deepEqual(journalsIn(all), ['a.db', 'b.db', 'c.db']);
  const done = await runAdit(['ledger', 'archive', '--by', 'carol'], folder);
  assert.equal(done.status, 0, done.err);
  assert.match(done.out, /archive\/a\.db\.gz: 3 rows, \d+ bytes packed into \d+/);
  assert.match(done.out, /stays: c \(3 rows, .*\): its newest share is too young/);
  assert.deepEqual(journalsIn(all), ['c.db']);
  assert.deepEqual(readdirSync(archive), ['a.db.gz', 'b.db.gz']);
  const rows = await database.read((queries) => auditRows(queries, { after: 0, limit: 10 }));
  assert.deepEqual(
    rows.filter(({ action }) => action === 'journal_archived').map(({ actor, subject }) => [actor, subject]),
    [
      ['carol', 'journal:a'],
      ['carol', 'journal:b'],
    ],
  );
  const tail = new JournalTail({ dataFolder });
  const next = new ShareJournal({ dataFolder, instance: 'd' });
  await next.append(share(99, NOW - DAY_MS));
  await next.close();
  assert.equal((await new Ingest({}, { tail, database }).step()).numbered, 1);
  tail.close();
  assert.deepEqual(await verified(dataFolder, database), { unchecked: ['a', 'b'], mismatches: [] });
  const archives = await unpackArchives(archive);
  const also = archives.dataFolder === undefined ? [] : [archives.dataFolder];
  assert.deepEqual(await verified(dataFolder, database, also), { unchecked: [], mismatches: [] });
  await archives.close();
  const few = await aditHere(['shares', 'sum', '--json'], folder);
  assert.match(
    few.err,
    /2 archived journals are not read \(a\.db\.gz to b\.db\.gz\): --archived reads them too/,
  );
  assert.equal(JSON.parse(few.out).sums[0].shares, 4);
  assert.deepEqual(JSON.parse(few.out).archivesNotRead, ['a.db.gz', 'b.db.gz']);
  const many = await aditHere(['shares', 'sum', '--json', '--archived'], folder);
  assert.equal(many.err, '');
  assert.equal(JSON.parse(many.out).sums[0].shares, before.shares.length + 1);
  assert.deepEqual(readdirSync(archive), ['a.db.gz', 'b.db.gz'], 'nothing stays unpacked');
});

test('a process that is killed behind any step leaves the journal or a whole archive, and the next run ends the work', async (context) => {
  const all = await folderOf(context);
  const { dataFolder, archive, database } = all;
  const options = { dataFolder, networks: {}, folder: archive, retentionMs: 30 * DAY_MS, actor: 'test' };
  const isKept = (instance: string) =>
    existsSync(path.join(dataFolder, 'journal', `${instance}.db`)) ||
    existsSync(path.join(archive, `${instance}.db.gz`));
  // Each run is killed one step later than the run before, until nothing is left to do.
  for (let kill = 0; kill < 4; kill += 1) {
    let step = 0;
    const onStep = () => {
      if (step === kill) throw new Error('killed');
      step += 1;
    };
    const how = await archiveJournals(options, { database, now: () => NOW, onStep }).then(
      () => 'ended',
      (error: Error) => error.message,
    );
    assert.equal(how, kill < 3 ? 'killed' : 'ended');
    assert.ok(INSTANCES.every(isKept));
  }
  await archiveJournals(options, { database, now: () => NOW });
  assert.deepEqual(journalsIn(all), ['c.db']);
  assert.deepEqual(readdirSync(archive), ['a.db.gz', 'b.db.gz']);
});

test('an archive that the disk lost is made again before its journal goes, and drafts of a killed run are no archives', async (context) => {
  const all = await folderOf(context);
  const { dataFolder, archive, database } = all;
  const options = { dataFolder, networks: {}, folder: archive, retentionMs: 30 * DAY_MS, actor: 'test' };
  const modules = { database, now: () => NOW };
  let isNoted = false;
  await assert.rejects(
    archiveJournals(options, {
      ...modules,
      onStep: (step) => {
        isNoted = step === 'noted';
        if (isNoted) throw new Error('killed');
      },
    }),
  );
  assert.ok(isNoted);
  const damaged = path.join(archive, 'a.db.gz');
  writeFileSync(damaged, readFileSync(damaged).subarray(0, 500));
  for (const draft of ['b.db.part', 'b.db.gz.part']) writeFileSync(path.join(archive, draft), 'half');
  await archiveJournals(options, modules);
  assert.deepEqual(journalsIn(all), ['c.db']);
  assert.deepEqual(readdirSync(archive), ['a.db.gz', 'b.db.gz']);
  const plan = await planArchive(options, modules);
  assert.deepEqual(
    plan.map(({ instance, stays }) => `${instance} ${stays}`),
    ['a absent', 'b absent', 'c young'],
  );
});

test('a journal that is damaged is not archived, and stays', async (context) => {
  const all = await folderOf(context);
  const { dataFolder, archive, database } = all;
  const file = path.join(dataFolder, 'journal', 'a.db');
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
  const bytes = readFileSync(file);
  bytes.fill(0xee, 8_192, 8_192 + 512);
  writeFileSync(file, bytes);
  const options = { dataFolder, networks: {}, folder: archive, retentionMs: 30 * DAY_MS, actor: 'test' };
  await assert.rejects(archiveJournals(options, { database, now: () => NOW }), (error: { code?: string }) =>
    ['ADIT_ARCHIVE_FAILED', 'ADIT_JOURNAL_UNREADABLE'].includes(error.code ?? ''),
  );
  assert.ok(existsSync(file));
  assert.ok(existsSync(path.join(dataFolder, 'journal', 'b.db')));
});
