import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PostgresqlDatabase, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';
import { fillAllTables } from './support/full-books.ts';

const options = { skip: WITHOUT_POSTGRESQL ?? false };
let server: PostgresqlServer;

before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) server = await PostgresqlServer.start();
});
after(() => server?.remove());

const EDITS: readonly string[] = [
  "UPDATE payee SET receiver = 'eve' WHERE account = 'ann'",
  "DELETE FROM item WHERE batch = 'b1'",
  "UPDATE slice SET total = '1'",
  "UPDATE round_part SET score = '1' WHERE account = 'ann'",
  'UPDATE entry SET time_ms = 77 WHERE id = 2',
  'DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)',
];

test(
  'a ledger in PostgreSQL has the seals that one in SQLite has, and notices the same',
  options,
  async (t) => {
    const lite = await SqliteDatabase.open(':memory:');
    t.after(() => lite.close());
    await lite.transact(fillAllTables);
    const seals = 'SELECT name, row_count, digest FROM seal ORDER BY name';
    const expected = await lite.read((queries) => queries.all(seals));
    const url = await server.newDatabase();
    const database = await PostgresqlDatabase.open({ url });
    t.after(() => database.close());
    await database.transact(fillAllTables);
    assert.deepEqual(await database.read((queries) => queries.all(seals)), expected);
    assert.deepEqual(await verifyLedger(database), []);
    for (const edit of EDITS) {
      // The comment before it keeps the edit out of the seals, as if another connection had made it. The error undoes it.
      await assert.rejects(
        database.transact(async (queries) => {
          const marked = edit.replace(/^(\w+)/, '/* by hand */ $1');
          await queries.run(marked);
          const found = await verifyLedger({
            kind: 'postgresql',
            read: (work) => work(queries),
            transact: (work) => work(queries),
            close: async () => {},
          });
          assert.notDeepEqual(found, [], edit);
          throw new Error('undo');
        }),
        /undo/,
      );
    }
    assert.deepEqual(await verifyLedger(database), []);
  },
);
