import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { readableBy } from '@adit/journal';
import { SqliteDatabase } from '@adit/ledger';
import { FailingDisk } from '@adit/test-kit/failing-disk';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { SqliteConnection } from '../src/database/sqlite-connection.ts';
import { startTold } from './support/told-process.ts';

test('nobody but the user of the process may read the files of a ledger', async (context) => {
  const file = path.join(temporaryFolder(context), 'ledger.db');
  const database = await SqliteDatabase.open(file);
  for (const name of [file, `${file}-wal`, `${file}-shm`])
    assert.equal(statSync(name).mode & 0o777, 0o600, name);
  await database.close();
});

test('a group may read the files of a ledger where the operator says so', async (context) => {
  const group = process.getgid?.();
  if (group === undefined) return context.skip('a system without groups');
  const file = path.join(temporaryFolder(context), 'ledger.db');
  const database = await SqliteDatabase.open(file, { access: readableBy(group) });
  for (const name of [file, `${file}-wal`, `${file}-shm`])
    assert.equal(statSync(name).mode & 0o777, 0o640, name);
  await database.close();
});

test('a file that is not a database, and a folder that is not there, are typed errors', async (context) => {
  const folder = temporaryFolder(context);
  await assert.rejects(SqliteDatabase.open(path.join(folder, 'none', 'ledger.db')), {
    code: 'ADIT_LEDGER_DATABASE',
  });
  await assert.rejects(SqliteDatabase.open(folder), { code: 'ADIT_LEDGER_DATABASE' });
});

test('a transaction waits for that of another process, and gives up with nothing kept', async (context) => {
  const file = path.join(temporaryFolder(context), 'ledger.db');
  const [holder, other] = [
    await SqliteDatabase.open(file),
    await SqliteDatabase.open(file, { lockWaitMs: 20 }),
  ];
  await holder.transact(async (queries) => {
    await queries.run("INSERT INTO meta (name, value) VALUES ('a', '1')");
    await assert.rejects(
      other.transact(async () => undefined),
      { code: 'ADIT_LEDGER_BUSY' },
    );
    // Reads do not wait for writers.
    const rows = await other.read((inner) => inner.all("SELECT name FROM meta WHERE name = 'a'"));
    assert.deepEqual(rows, []);
  });
  await other.transact((queries) => queries.run("UPDATE meta SET value = '2' WHERE name = 'a'"));
  for (const database of [holder, other]) await database.close();
});

test('a full disk is a typed error with nothing kept, and the ledger goes on when there is room', async (context) => {
  const db = new Database(path.join(temporaryFolder(context), 'ledger.db'));
  const connection = new SqliteConnection(db);
  const write = (text: string) =>
    connection.inTransaction('BEGIN IMMEDIATE', (queries) =>
      queries.run('INSERT INTO thing VALUES (?)', [text]),
    );
  await connection.inTransaction('BEGIN IMMEDIATE', (queries) => queries.run('CREATE TABLE thing (a TEXT)'));
  await write('small');
  db.pragma('max_page_count = 10');
  await assert.rejects(write('x'.repeat(100_000)), { code: 'ADIT_LEDGER_FULL' });
  db.pragma('max_page_count = 1000');
  await write('x'.repeat(100_000));
  const rows = await connection.inTransaction('BEGIN', (queries) => queries.all('SELECT a FROM thing'));
  assert.equal(rows.length, 2);
  connection.close();
});

test('a commit whose flush fails is uncertain, and nothing is read or written before the ledger is opened again', async (context) => {
  const folder = temporaryFolder(context);
  const disk = FailingDisk.make(folder);
  if (disk === undefined) return context.skip('no C compiler that makes a library for Linux');
  const child = startTold('commit-as-told.ts', [path.join(folder, 'ledger.db')], context, disk.environment);
  assert.equal(await child.tell('a'), 'a kept');
  disk.fail();
  assert.equal(await child.tell('b'), 'ADIT_LEDGER_UNCERTAIN');
  disk.heal();
  assert.equal(await child.tell('c'), 'ADIT_LEDGER_UNCERTAIN');
  assert.equal(await child.tell('read'), 'ADIT_LEDGER_UNCERTAIN');
  assert.equal(await child.tell('open'), 'open');
  const settled = await child.tell('read');
  assert.ok(settled === 'a' || settled === 'a b', settled);
  assert.equal(await child.tell('d'), 'd kept');
  assert.equal(await child.tell('read'), `${settled} d`);
  await child.kill();
  const again = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
  const rows = await again.read((queries) =>
    queries.all("SELECT name FROM meta WHERE name <> 'version' ORDER BY name"),
  );
  assert.equal(rows.map((row) => row['name']).join(' '), `${settled} d`);
  await again.close();
});
