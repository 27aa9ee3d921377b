import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import { inspect } from 'node:util';
import { type LedgerDatabase, PostgresqlDatabase } from '@adit/ledger';
import { PASSWORD, PostgresqlServer, WITHOUT_POSTGRESQL } from '@adit/test-kit/postgresql-server';
import { temporaryFolder } from '@adit/test-kit/temporary';
import { until } from '@adit/test-kit/until';
import { CuttingProxy } from './support/cutting-proxy.ts';

const options = { skip: WITHOUT_POSTGRESQL ?? false };
let running: PostgresqlServer | undefined;
before(async () => {
  if (WITHOUT_POSTGRESQL === undefined) running = await PostgresqlServer.start();
});
after(() => running?.remove());

function server(): PostgresqlServer {
  if (running === undefined) throw new Error('no server');
  return running;
}

async function openAt(url: string, context: TestContext): Promise<LedgerDatabase> {
  const database = await PostgresqlDatabase.open({ url });
  context.after(() => database.close());
  return database;
}

function mark(database: LedgerDatabase, name: string): Promise<number> {
  return database.transact((queries) =>
    queries.run("INSERT INTO meta (name, value) VALUES (?, '1')", [name]),
  );
}

async function marks(database: LedgerDatabase): Promise<readonly unknown[]> {
  const rows = await database.read((queries) =>
    queries.all("SELECT name FROM meta WHERE name NOT IN ('version', 'database_identity') ORDER BY name"),
  );
  return rows.map((row) => row['name']);
}

test('a ledger goes on after its PostgreSQL server was restarted', options, async (context) => {
  const database = await openAt(await server().newDatabase(), context);
  await mark(database, 'a');
  assert.deepEqual(await marks(database), ['a']);
  await server().stop();
  await assert.rejects(mark(database, 'b'), { code: 'ADIT_LEDGER_DATABASE' });
  await server().run();
  await mark(database, 'c');
  assert.deepEqual(await marks(database), ['a', 'c']);
});

test('a session that the server ended between two transactions is replaced', options, async (context) => {
  const url = await server().newDatabase();
  const database = await openAt(url, context);
  await mark(database, 'a');
  await endSessions();
  await mark(database, 'b');
  assert.deepEqual(await marks(database), ['a', 'b']);
});

test('nothing is kept of a transaction whose connection breaks in the middle', options, async (context) => {
  const database = await openAt(await server().newDatabase(), context);
  const broken = database.transact(async (queries) => {
    await queries.run("INSERT INTO meta (name, value) VALUES ('a', '1')");
    await endSessions();
    await queries.run("INSERT INTO meta (name, value) VALUES ('b', '1')");
  });
  await assert.rejects(broken, { code: 'ADIT_LEDGER_DATABASE' });
  assert.deepEqual(await marks(database), []);
  await mark(database, 'c');
});

test(
  'a commit that the server never answers is uncertain, whether it was kept or not',
  options,
  async (context) => {
    const url = await server().newDatabase();
    const proxy = await CuttingProxy.start(server().socket);
    context.after(() => proxy.close());
    const database = await openAt(proxy.through(url), context);
    await mark(database, 'a');
    proxy.cutNext('after_commit');
    await assert.rejects(mark(database, 'kept'), { code: 'ADIT_LEDGER_UNCERTAIN' });
    assert.deepEqual(await marks(database), ['a', 'kept']);
    proxy.cutNext('before_commit');
    await assert.rejects(mark(database, 'lost'), { code: 'ADIT_LEDGER_UNCERTAIN' });
    assert.deepEqual(await marks(database), ['a', 'kept']);
  },
);

test(
  'a transaction that collides with another one runs again, over what that one wrote',
  options,
  async (context) => {
    const url = await server().newDatabase();
    const [one, other] = [await openAt(url, context), await openAt(url, context)];
    await one.transact((queries) => queries.run("INSERT INTO meta (name, value) VALUES ('count', '1')"));
    let runs = 0;
    await one.transact(async (queries) => {
      runs += 1;
      const [row] = await queries.all("SELECT value FROM meta WHERE name = 'count'");
      if (runs === 1)
        await other.transact((inner) => inner.run("UPDATE meta SET value = '10' WHERE name = 'count'"));
      await queries.run("UPDATE meta SET value = ? WHERE name = 'count'", [`${Number(row?.['value']) + 1}`]);
    });
    const [row] = await one.read((queries) => queries.all("SELECT value FROM meta WHERE name = 'count'"));
    assert.deepEqual([runs, row?.['value']], [2, '11']);
  },
);

test('after an uncertain commit nothing is read before its session has ended', options, async (context) => {
  const url = await server().newDatabase();
  const database = await PostgresqlDatabase.open({ url, answerMs: 1_000 });
  context.after(() => database.close());
  await mark(database, 'a');
  assert.deepEqual(await marks(database), ['a']);
  // Commits wait for a second server that there is not: they are on disk, and no one sees them yet.
  await configure("synchronous_standby_names = 'nobody'");
  try {
    await assert.rejects(mark(database, 'kept'), { code: 'ADIT_LEDGER_UNCERTAIN' });
    assert.deepEqual(await marks(database), ['a', 'kept']);
  } finally {
    await configure("synchronous_standby_names = ''");
  }
  await mark(database, 'b');
});

test('a transaction that collides each time gives up with nothing kept', options, async (context) => {
  const url = await server().newDatabase();
  const [one, other] = [await openAt(url, context), await openAt(url, context)];
  await mark(one, 'a');
  let runs = 0;
  const work = one.transact(async (queries) => {
    runs += 1;
    await queries.all("SELECT value FROM meta WHERE name = 'a'");
    await other.transact((inner) => inner.run("UPDATE meta SET value = ? WHERE name = 'a'", [`${runs}`]));
    await queries.run("UPDATE meta SET value = 'one' WHERE name = 'a'");
  });
  await assert.rejects(work, { code: 'ADIT_LEDGER_BUSY' });
  const [row] = await one.read((queries) => queries.all("SELECT value FROM meta WHERE name = 'a'"));
  assert.equal(row?.['value'], String(runs));
});

test('several processes may make a ledger at once', options, async () => {
  const url = await server().newDatabase();
  const databases = await Promise.all([1, 2, 3, 4].map(() => PostgresqlDatabase.open({ url })));
  for (const database of databases) await database.close();
});

test('a password may be in a file that only its owner can read', options, async (context) => {
  const url = (await server().newDatabase()).replace(/:[^:@/]*@/, '@');
  const passwordFile = path.join(temporaryFolder(context), 'password');
  writeFileSync(passwordFile, `${PASSWORD}\n`, { mode: 0o600 });
  const database = await PostgresqlDatabase.open({ url, passwordFile });
  await database.close();
  chmodSync(passwordFile, 0o644);
  await assert.rejects(PostgresqlDatabase.open({ url, passwordFile }), {
    code: 'ADIT_LEDGER_DATABASE',
    message: /chmod 600/,
  });
});

test('no error has the password', options, async () => {
  const secret = 'hunter2-secret';
  const good = server().urlOf('postgres', secret);
  const urls = [
    good,
    good.replace('postgresql:', 'mysql:'),
    good.replace('@/postgres', '@/'),
    `postgresql://adit:${secret}@127.0.0.1:1/postgres`,
    `postgresql://adit:${secret}%zz@127.0.0.1:1/postgres`,
    `${good}&sslmode=maybe`,
    `postgresql://adit:${secret}@[::1/postgres`,
  ];
  for (const url of urls)
    await assert.rejects(PostgresqlDatabase.open({ url }), (error) => {
      assert.ok(!inspect(error, { depth: 10, showHidden: true }).includes(secret), inspect(error));
      return true;
    });
});

test('a full disk of the server is a typed error', options, async (context) => {
  const database = await openAt(await server().newDatabase(), context);
  const full = database.transact((queries) =>
    queries.run("DO $$ BEGIN RAISE EXCEPTION 'full' USING ERRCODE = '53100'; END $$"),
  );
  await assert.rejects(full, { code: 'ADIT_LEDGER_FULL' });
});

/** Ends all sessions of ledgers, and waits until they are gone. */
async function endSessions(): Promise<void> {
  await server().query(
    "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE application_name = 'adit-ledger'",
  );
}

/** Changes a setting of the server, for all sessions. */
async function configure(setting: string): Promise<void> {
  const [name = ''] = setting.split(' ');
  await server().query(`ALTER SYSTEM SET ${setting}`);
  await server().query('SELECT pg_reload_conf()');
  await until('the setting holds', async () => {
    const [row] = await server().query(`SELECT current_setting('${name}') AS value`);
    return setting === `${name} = '${(row as { value: string }).value}'`;
  });
}
