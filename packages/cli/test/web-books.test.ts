import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { LEDGER_VERSION, SqliteDatabase } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { webOf } from './support/web.ts';

const OLD = new URL('../../ledger/test/versions/1.sql', import.meta.url);

function versionOf(file: string): number {
  const db = new Database(file, { readonly: true });
  const value = db.prepare("SELECT value FROM meta WHERE name = 'version'").pluck().get();
  db.close();
  return Number(value);
}

test('the web leaves the books of an older program as they are, and says so', async (t) => {
  const data = temporaryFolder(t);
  const file = path.join(data, 'ledger.db');
  const old = new Database(file);
  old.exec(readFileSync(OLD, 'utf8'));
  old.close();
  const before = readFileSync(file);
  const told: string[] = [];
  const web = webOf(data, (problem) => told.push(problem));
  await web.start();
  t.after(() => web.close());
  const deadline = performance.now() + 60_000;
  while (told.length === 0 && versionOf(file) === 1) {
    assert.ok(performance.now() < deadline);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.equal(versionOf(file), 1);
  assert.match(told.join(), /the books cannot be read: the ledger has version 1/);
  assert.deepEqual(readFileSync(file), before);
});

test('the web reads the books that a ledger of its own version keeps open', async (t) => {
  const data = temporaryFolder(t);
  const ledger = await SqliteDatabase.open(path.join(data, 'ledger.db'));
  t.after(() => ledger.close());
  const told: string[] = [];
  const web = webOf(data, (problem) => told.push(problem));
  const url = `http://127.0.0.1:${await web.start()}/api/v1/chains/zec`;
  t.after(() => web.close());
  const deadline = performance.now() + 60_000;
  // What the pool paid is null until the books are open.
  while (!/"paid":"0"/.test(await (await fetch(url)).text())) {
    assert.ok(performance.now() < deadline, told.join());
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  assert.deepEqual(told, []);
  assert.equal(versionOf(path.join(data, 'ledger.db')), LEDGER_VERSION);
});
