import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  clearRestored,
  inspectPostgresql,
  isDatabaseGone,
  isRestored,
  LEDGER_VERSION,
  PostgresqlDatabase,
} from '@adit/ledger';
import { PASSWORD, PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';

const options = { skip: WITHOUT_POSTGRESQL ?? false };
let server: PostgresqlServer;
before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) server = await PostgresqlServer.start();
});
after(() => server?.remove());

async function isHeld(url: string): Promise<boolean> {
  const database = await PostgresqlDatabase.open({ url });
  try {
    return await database.read(isRestored);
  } finally {
    await database.close();
  }
}

test(
  'books that were copied to another database are marked as restored, and books that stay are not',
  options,
  async () => {
    const url = await server.newDatabase();
    assert.equal(await isHeld(url), false);
    assert.equal(await isHeld(url), false, 'a second start finds the same database');
    await server.query('CREATE DATABASE moved');
    server.copyDatabase(new URL(url.replace('@/', '@h/')).pathname.slice(1), 'moved');
    const moved = server.urlOf('moved');
    assert.equal(await isHeld(moved), true);
    assert.equal(await isHeld(moved), true, 'the mark stays until payouts are held');
    const database = await PostgresqlDatabase.open({ url: moved });
    await database.transact(clearRestored);
    await database.close();
    assert.equal(await isHeld(moved), false);
    assert.equal(await isHeld(url), false);
  },
);

test('a check says version and rights of a server, and changes nothing', options, async () => {
  const url = await server.newDatabase();
  const empty = await inspectPostgresql({ url });
  assert.ok(empty.kind === 'asked');
  assert.match(empty.server, /^\d+\.\d+/);
  assert.deepEqual([empty.user, empty.ledger, empty.faults], ['adit', 0, []]);
  assert.deepEqual(await inspectPostgresql({ url }), empty);
  await (await PostgresqlDatabase.open({ url })).close();
  const made = await inspectPostgresql({ url });
  assert.ok(made.kind === 'asked' && made.ledger === LEDGER_VERSION && made.faults.length === 0);
});

test('a check names the rights that are missing', options, async () => {
  const url = await server.newDatabase();
  await server.query(`CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
  const asReader = url.replace('//adit:', '//reader:');
  const empty = await inspectPostgresql({ url: asReader });
  assert.ok(empty.kind === 'asked');
  assert.deepEqual(empty.faults, ['reader may not make tables in the schema public']);
  await (await PostgresqlDatabase.open({ url })).close();
  const name = new URL(url.replace('@/', '@h/')).pathname.slice(1);
  await server.query('GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader', name);
  const made = await inspectPostgresql({ url: asReader });
  assert.ok(made.kind === 'asked');
  assert.deepEqual(made.faults, ['reader may not write the table account']);
});

test('a wrong password is an answer, and a server that is not there may come back', options, async () => {
  const url = await server.newDatabase();
  const name = new URL(url.replace('@/', '@h/')).pathname.slice(1);
  const wrong = await inspectPostgresql({ url: server.urlOf(name, 'no') });
  assert.equal(wrong.kind, 'refused');
  assert.equal((await inspectPostgresql({ url, password: PASSWORD })).kind, 'asked');
  const absent = url.replace(encodeURIComponent(server.folder), '%2Fnowhere');
  const gone = await inspectPostgresql({ url: absent });
  assert.equal(gone.kind, 'gone');
  await assert.rejects(PostgresqlDatabase.open({ url: absent }), (error) => isDatabaseGone(error));
  await assert.rejects(
    PostgresqlDatabase.open({ url: server.urlOf(name, 'no') }),
    (error) => !isDatabaseGone(error),
  );
  for (const { detail } of [wrong, gone] as readonly { readonly detail: string }[])
    assert.doesNotMatch(detail, /correct|horse/);
});
