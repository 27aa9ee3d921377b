import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { isRestored, SqliteDatabase } from '@adit/ledger';
import { aditHere } from '@adit/test-kit/adit-here';
import { poolToml, zcashToml } from '@adit/test-kit/pool-toml';
import { temporaryFolder } from '@adit/test-kit/temporary';

function folderWith(context: TestContext, database: string): string {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, 'data'));
  writeFileSync(
    path.join(folder, 'adit.toml'),
    poolToml([zcashToml()], { top: { data: './data' }, ledger: { database } }),
  );
  return folder;
}

for (const [name, database, file] of [
  ['beside the data folder', './books/money.db', 'books/money.db'],
  ['in the data folder under another name', 'money.db', 'data/money.db'],
] as const)
  test(`books that lie ${name} are in the backup, and come back to their place, held`, async (context) => {
    const folder = folderWith(context, database);
    const books = path.join(folder, file);
    mkdirSync(path.dirname(books), { recursive: true });
    await (await SqliteDatabase.open(books)).close();
    const backup = await aditHere(['backup', 'saved', '--json'], folder);
    assert.equal(backup.status, 0, backup.err);
    const { files, notCopied } = JSON.parse(backup.out);
    assert.ok(files.some((one: { path: string }) => one.path === 'data/ledger.db'));
    assert.deepEqual(
      notCopied.filter((one: { path: string }) => one.path.includes('money')),
      [],
    );
    const refused = await aditHere(['restore', 'saved'], folder);
    assert.notEqual(refused.status, 0);
    rmSync(path.join(folder, 'data'), { recursive: true });
    if (existsSync(books)) {
      const there = await aditHere(['restore', 'saved'], folder);
      assert.match(there.err, /there are books at .*money\.db already: move them away first/);
      assert.equal(existsSync(path.join(folder, 'data')), false);
      rmSync(books);
    }
    const restored = await aditHere(['restore', 'saved'], folder);
    assert.equal(restored.status, 0, restored.err);
    assert.match(restored.out, /payouts are held/);
    assert.equal(existsSync(path.join(folder, 'data/ledger.db')), false);
    const opened = await SqliteDatabase.open(books);
    assert.equal(await opened.read(isRestored), true);
    await opened.close();
  });

test('a backup of a pool whose books are in PostgreSQL says so, with the command that copies them', async (context) => {
  const address = 'postgresql://adit@db.example:5432/books';
  const folder = folderWith(context, address);
  const backup = await aditHere(['backup', 'saved'], folder);
  assert.equal(backup.status, 0, backup.err);
  const line = `  not in it: ${address} (the books are in PostgreSQL: \`pg_dump --format=custom --file=ledger.dump "${address}"\` copies them, best right before this backup)`;
  assert.ok(backup.out.split('\n').includes(line), backup.out);
  rmSync(path.join(folder, 'data'), { recursive: true });
  const restored = await aditHere(['restore', 'saved'], folder);
  assert.equal(restored.status, 0, restored.err);
  assert.match(
    restored.out,
    /pg_restore --dbname="postgresql:\/\/adit@db\.example:5432\/books" ledger\.dump/,
  );
  assert.deepEqual(readdirSync(path.join(folder, 'data')).includes('ledger.db'), false);
});
