import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { balanceOf, entryOf, LEDGER_VERSION, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { MIGRATIONS, migrate } from '../src/database/migrations.ts';
import { CREDITED, inLedger } from './support/books.ts';
import { rowsAsSql } from './support/dump.ts';

function kept(version: number): string {
  return readFileSync(new URL(`versions/${version}.sql`, import.meta.url), 'utf8');
}

for (let version = 1; version <= LEDGER_VERSION; version += 1)
  test(`a ledger of version ${version} is opened, brought to the version of this program, and in order`, async (context) => {
    const file = path.join(temporaryFolder(context), 'ledger.db');
    const db = new Database(file);
    db.exec(kept(version));
    db.close();
    const database = await SqliteDatabase.open(file);
    context.after(() => database.close());
    assert.deepEqual(await verifyLedger(database), []);
    await database.read(async (queries) => {
      assert.deepEqual(await entryOf(queries, 'zcash', CREDITED.key), CREDITED);
      assert.equal(await balanceOf(queries, 'zcash', 'asset:hot'), 1_000n);
      const [meta] = await queries.all("SELECT value FROM meta WHERE name = 'version'");
      assert.equal(meta?.['value'], String(LEDGER_VERSION));
    });
  });

test('the statements of a version that was released never change', () => {
  const [first = []] = MIGRATIONS;
  const tables = kept(1)
    .split(';\n')
    .filter((statement) => statement.startsWith('CREATE'));
  assert.deepEqual(
    tables,
    first.filter((statement) => statement.startsWith('CREATE')),
    'add a version to MIGRATIONS; only before the first release, run test/support/write-version.ts',
  );
});

test('a ledger of a newer program is left as it is, byte for byte', async (context) => {
  const file = path.join(temporaryFolder(context), 'ledger.db');
  const db = new Database(file);
  db.exec(kept(1));
  db.exec("UPDATE meta SET value = '999' WHERE name = 'version'");
  const before = rowsAsSql(db);
  db.close();
  await assert.rejects(SqliteDatabase.open(file), { code: 'ADIT_LEDGER_VERSION' });
  const after = new Database(file, { readonly: true });
  assert.deepEqual(rowsAsSql(after), before);
  after.close();
});

test('a program that only reads a ledger refuses older and newer ones, and makes none', async (context) => {
  const folder = temporaryFolder(context);
  for (const version of [1, LEDGER_VERSION + 1]) {
    const file = path.join(folder, `${version}.db`);
    const db = new Database(file);
    db.exec(kept(1));
    db.prepare("UPDATE meta SET value = ? WHERE name = 'version'").run(String(version));
    db.close();
    const before = readFileSync(file);
    await assert.rejects(SqliteDatabase.openReader(file), { code: 'ADIT_LEDGER_VERSION' });
    assert.deepEqual(readFileSync(file), before);
  }
  const missing = path.join(folder, 'missing.db');
  await assert.rejects(SqliteDatabase.openReader(missing), { code: 'ADIT_LEDGER_DATABASE' });
  assert.equal(existsSync(missing), false);
});

test('a version that is not a number is refused', () =>
  inLedger(async (queries) => {
    for (const version of [LEDGER_VERSION + 1, Number.NaN, -1, 0.5])
      await assert.rejects(migrate(queries, version), { code: 'ADIT_LEDGER_VERSION' });
  }));
