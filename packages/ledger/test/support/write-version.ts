// Writes test/versions/<n>.sql: the statements of the newest version, and the rows of some books. Run it when a version is new, before
// its first release; the file of a released version never changes.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LEDGER_VERSION, SqliteDatabase } from '@adit/ledger';
import Database from 'better-sqlite3';
import { fillBooks } from './books.ts';
import { rowsAsSql } from './dump.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'adit-version-'));
try {
  const file = path.join(folder, 'ledger.db');
  const database = await SqliteDatabase.open(file);
  await database.transact(fillBooks);
  await database.close();
  const db = new Database(file, { readonly: true });
  const schema = db
    .prepare('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid')
    .pluck()
    .all();
  const text = [...schema.map(String), ...rowsAsSql(db)].map((statement) => `${statement};\n`).join('');
  db.close();
  writeFileSync(new URL(`../versions/${LEDGER_VERSION}.sql`, import.meta.url), text);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
