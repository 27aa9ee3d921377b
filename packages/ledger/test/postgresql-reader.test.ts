import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { PostgresqlDatabase } from '@adit/ledger';
import { PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';

const options = { skip: WITHOUT_POSTGRESQL ?? false };
let server: PostgresqlServer;
before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) server = await PostgresqlServer.start();
});
after(() => server?.remove());

test(
  'a program that only reads makes no tables, refuses older books, and reads those of its version',
  options,
  async () => {
    const url = await server.newDatabase();
    const refused = { code: 'ADIT_LEDGER_VERSION' };
    await assert.rejects(PostgresqlDatabase.openReader({ url }), refused);
    const ledger = await PostgresqlDatabase.open({ url });
    const reader = await PostgresqlDatabase.openReader({ url });
    assert.equal((await reader.read((queries) => queries.all('SELECT 1 AS one'))).length, 1);
    await reader.close();
    await ledger.transact((queries) => queries.run("UPDATE meta SET value = '1' WHERE name = 'version'"));
    await assert.rejects(PostgresqlDatabase.openReader({ url }), refused);
    await ledger.read(async (queries) => {
      const [row] = await queries.all("SELECT value FROM meta WHERE name = 'version'");
      assert.equal(row?.['value'], '1');
    });
    await ledger.close();
  },
);
