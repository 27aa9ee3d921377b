import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressOf } from '../src/database/postgresql-address.ts';
import { postgresqlOf } from '../src/database/postgresql-sql.ts';

test('marks become numbers, but not those in quotes', () => {
  assert.equal(
    postgresqlOf(`SELECT '?', 'it''s ?', "a?" FROM t WHERE a = ? AND b > ?`),
    `SELECT '?', 'it''s ?', "a?" FROM t WHERE a = $1 AND b > $2`,
  );
});

test('columns are defined with bytes, and with text in the order of its bytes', () => {
  assert.equal(
    postgresqlOf('CREATE TABLE t (a TEXT PRIMARY KEY, b BLOB NOT NULL, c BIGINT)'),
    'CREATE TABLE t (a TEXT COLLATE "C" PRIMARY KEY, b BYTEA NOT NULL, c BIGINT)',
  );
  assert.equal(
    postgresqlOf('ALTER TABLE t ADD COLUMN d TEXT'),
    'ALTER TABLE t ADD COLUMN d TEXT COLLATE "C"',
  );
  assert.equal(postgresqlOf('SELECT TEXT FROM t'), 'SELECT TEXT FROM t');
});

test('a URL names host, port, user, password and database', () => {
  assert.deepEqual(addressOf({ url: 'postgres://ad%20it:p%40ss@db.example:6000/led%2Fger' }), {
    host: 'db.example',
    port: 6000,
    database: 'led/ger',
    user: 'ad it',
    password: 'p@ss',
    ssl: { rejectUnauthorized: true },
  });
  assert.deepEqual(addressOf({ url: 'postgresql://adit@/ledger?host=/run/postgresql' }), {
    host: '/run/postgresql',
    port: 5432,
    database: 'ledger',
    user: 'adit',
    password: undefined,
    ssl: false,
  });
  assert.equal(addressOf({ url: 'postgresql://adit@[fe80::1]:6000/l' }).host, 'fe80::1');
  assert.deepEqual(addressOf({ url: 'postgresql:///ledger?host=/run/postgresql&user=adit&port=7' }).port, 7);
});

test('connections to other machines are verified unless the URL says otherwise', () => {
  const ssl = (rest: string) => addressOf({ url: `postgresql://adit@${rest}` }).ssl;
  for (const near of ['localhost/l', '127.0.0.1/l', '[::1]/l']) assert.equal(ssl(near), false);
  assert.deepEqual(ssl('10.0.0.1/l'), { rejectUnauthorized: true });
  assert.deepEqual(ssl('10.0.0.1/l?sslmode=require'), { rejectUnauthorized: false });
  assert.equal(ssl('10.0.0.1/l?sslmode=disable'), false);
  assert.deepEqual(ssl('localhost/l?sslmode=verify-full'), { rejectUnauthorized: true });
});

test('a URL without host, user or database, or of another database, is refused', () => {
  for (const url of [
    '',
    'ledger.db',
    'mysql://a@b/c',
    'postgresql://a@b/',
    'postgresql://b/c',
    'postgresql://a@/c',
    'postgresql://a@b/c?sslmode=prefer',
  ])
    assert.throws(() => addressOf({ url }), { code: 'ADIT_BAD_URL' }, url);
});
