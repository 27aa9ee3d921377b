import assert from 'node:assert/strict';
import { renameSync } from 'node:fs';
import { test } from 'node:test';
import { windowOf } from '@adit/money';
import {
  acceptLoss,
  SqliteDatabase,
  schemePeriods,
  setFirstTarget,
  setScheme,
  UNNAMED_ACCOUNT,
} from '../src/index.ts';
import { rebuildShares } from '../src/shares/rebuild.ts';
import { openSlice, SLICE_SHARES } from '../src/shares/slice-store.ts';
import { record, START_MS } from './support/journals.ts';
import { ShareLedger } from './support/share-ledger.ts';

test('shares of several journals are numbered in the order of their times, for good', async (t) => {
  const ledger = await ShareLedger.open(t);
  const [a, b] = [ledger.journal('a'), ledger.journal('b')];
  a.append(record(1), record(4), record(5));
  b.append(record(2, { account: 'bob' }), record(3, { account: 'bob' }));
  assert.equal(await ledger.takeAll(), 5);
  assert.deepEqual(await ledger.numbers(), [
    '1 ann 1024 a:1',
    '2 bob 1024 b:1',
    '3 bob 1024 b:2',
    '4 ann 1024 a:2',
    '5 ann 1024 a:3',
  ]);
  // A row that appears below what was taken counts later; it never moves a number.
  b.append(record(6, { timeMs: START_MS }));
  await ledger.takeAll();
  assert.equal((await ledger.numbers())[5], '6 ann 1024 b:3');
  assert.equal(await ledger.takeAll(), 0);
});

test('a row is taken when it is a minute old', async (t) => {
  const ledger = await ShareLedger.open(t);
  ledger.journal('a').append(record(1), record(2));
  ledger.now = START_MS + 1 + 60_000;
  assert.equal(await ledger.takeAll(), 0);
  ledger.now += 1;
  assert.equal(await ledger.takeAll(), 1);
  ledger.now += 1;
  assert.equal(await ledger.takeAll(), 1);
});

test('a row whose clock was ahead is taken with those that were written behind it', async (t) => {
  const ledger = await ShareLedger.open(t);
  ledger.journal('a').append(record(1), record(2, { timeMs: START_MS * 2 }), record(3));
  assert.equal(await ledger.takeAll(), 3);
});

test('chains are numbered each for itself, by network', async (t) => {
  const ledger = await ShareLedger.open(t);
  ledger
    .journal('a')
    .append(record(1), record(2, { network: 'komodo' }), record(3), record(4, { network: 'komodo' }));
  await ledger.takeAll();
  assert.deepEqual(
    [await ledger.numbers(), await ledger.numbers('komodo')],
    [
      ['1 ann 1024 a:1', '2 ann 1024 a:3'],
      ['1 ann 1024 a:2', '2 ann 1024 a:4'],
    ],
  );
});

test('a group that comes back after a restart is still known', async (t) => {
  const ledger = await ShareLedger.open(t, { maxDigests: 0 });
  const [a, b] = [ledger.journal('a'), ledger.journal('b')];
  a.append(record(1), record(2));
  await ledger.takeAll();
  ledger.restart();
  b.append(record(2, { timeMs: START_MS + 50 }), record(3));
  await ledger.takeAll();
  assert.equal((await ledger.numbers()).length, 3);
  const rows = await ledger.database.read((queries) => queries.all('SELECT * FROM left_out'));
  assert.deepEqual(
    rows.map((row) => [row['instance'], row['first_sequence'], row['because']]),
    [['b', 1, 'duplicate']],
  );
  assert.deepEqual(ledger.alarms, []);
});

test('the smallest weight counts, also where it comes after the share was numbered', async (t) => {
  const ledger = await ShareLedger.open(t);
  const a = ledger.journal('a');
  a.append(record(1), record(2, { networkTarget: null }), record(3));
  a.lighten(record(3, { weight: 512n }));
  await ledger.takeAll();
  assert.equal((await ledger.numbers())[2], '3 ann 512 a:3');
  a.lighten(record(2, { weight: 256n }));
  ledger.journal('b').append(record(1, { weight: 128n, timeMs: START_MS + 60 }));
  ledger.restart();
  await ledger.takeAll();
  const slice = await ledger.database.read((queries) => openSlice(queries, 'zcash', 1));
  assert.deepEqual(
    slice.shares.map(({ score, weight }) => [score, weight]),
    [
      [2n ** 64n / (2n ** 20n / 128n), 128n],
      [2n ** 64n / (2n ** 20n / 256n), 256n],
      [2n ** 64n / (2n ** 20n / 512n), 512n],
    ],
  );
  const corrections = await ledger.database.read((queries) =>
    queries.all('SELECT number, weight_before, weight, is_applied FROM correction ORDER BY number'),
  );
  assert.deepEqual(corrections.map(Object.values), [
    [1, '1024', '128', 1],
    [2, '1024', '256', 1],
    [3, '1024', '512', 1],
  ]);
  assert.deepEqual(
    ledger.alarms.map((alarm) => alarm.kind),
    ['two_weights', 'two_weights', 'two_weights'],
  );
});

test('a smaller weight that comes before its share counts for it', async (t) => {
  const ledger = await ShareLedger.open(t);
  const a = ledger.journal('a');
  a.append(record(9));
  a.lighten(record(1, { weight: 7n }));
  await ledger.takeAll();
  ledger.journal('b').append(record(1));
  ledger.restart();
  await ledger.takeAll();
  assert.equal((await ledger.numbers())[1], '2 ann 7 b:1');
});

test('small steps fill one slice, and a full slice is followed by the next one', async (t) => {
  const ledger = await ShareLedger.open(t, { maxRows: 1_500 });
  const a = ledger.journal('a');
  const shares = Array.from({ length: SLICE_SHARES + 10 }, (_, i) =>
    record(i, { account: `a${i % 7}`, weight: BigInt(1 + (i % 3)) }),
  );
  a.append(...shares);
  assert.equal(await ledger.takeAll(), shares.length);
  const rows = await ledger.database.read((queries) =>
    queries.all(
      'SELECT first_number, last_number, weight, first_ms, last_ms FROM slice ORDER BY first_number',
    ),
  );
  assert.deepEqual(rows.map(Object.values), [
    [1, SLICE_SHARES, String(1 + 2 * SLICE_SHARES - 2), START_MS, START_MS + SLICE_SHARES - 1],
    [SLICE_SHARES + 1, SLICE_SHARES + 10, '20', START_MS + SLICE_SHARES, START_MS + SLICE_SHARES + 9],
  ]);
});

test('shares without a target of the network are scored by the last one, those before the first target by the first', async (t) => {
  const ledger = await ShareLedger.open(t);
  const a = ledger.journal('a');
  const target = 2n ** 246n - 1n;
  a.append(
    record(1, { networkTarget: null }),
    record(2, { networkTarget: target }),
    record(3, { networkTarget: null }),
  );
  assert.equal(await ledger.takeAll(), 3);
  const slice = await ledger.database.read((queries) => openSlice(queries, 'zcash', 1));
  assert.deepEqual(
    slice.shares.map(({ score }) => score),
    [2n ** 64n, 2n ** 64n, 2n ** 64n],
  );
  const into = await SqliteDatabase.open(':memory:');
  t.after(() => into.close());
  const { mismatches } = await rebuildShares({ database: ledger.database, into, tail: ledger.tail });
  assert.deepEqual(mismatches, []);
});

test('nothing is taken before a share has a target of the network: quietly at first, then as a fault, until one comes or is set', async (t) => {
  const ledger = await ShareLedger.open(t);
  const a = ledger.journal('a');
  a.append(record(1, { networkTarget: null }));
  ledger.now = START_MS + 120_000;
  assert.equal(await ledger.takeAll(), 0);
  ledger.now = START_MS + 1_000_000;
  await assert.rejects(ledger.takeAll(), { code: 'ADIT_LEDGER_NETWORK_WEIGHT' });
  assert.deepEqual(await ledger.numbers(), []);
  const set = () => ledger.database.transact((queries) => setFirstTarget(queries, 'zcash', 2n ** 246n - 1n));
  assert.equal(await set(), true);
  assert.equal(await ledger.takeAll(), 1);
  assert.equal(await set(), false);
});

test('a share of a dialect that is not known stops the step', async (t) => {
  const ledger = await ShareLedger.open(t);
  ledger.journal('a').append(record(1, { dialect: 'toString' }));
  await assert.rejects(ledger.takeAll(), { code: 'ADIT_LEDGER_NETWORK_WEIGHT' });
});

test('an account without a usable name is one account of its own, and never the reserve', async (t) => {
  const ledger = await ShareLedger.open(t, {}, { accountOf: ({ account }) => account.toLowerCase() });
  ledger
    .journal('a')
    .append(
      record(1, { account: '' }),
      record(2, { account: 'x'.repeat(600) }),
      record(3, { account: 'ANN' }),
    );
  await ledger.takeAll();
  assert.deepEqual(
    (await ledger.numbers()).map((line) => line.split(' ')[1]),
    [UNNAMED_ACCOUNT, UNNAMED_ACCOUNT, 'ann'],
  );
});

test('a journal that vanishes stops the ledger until it is back, or a person gives it up', async (t) => {
  const ledger = await ShareLedger.open(t);
  const [a, b] = [ledger.journal('a'), ledger.journal('b')];
  a.append(record(1));
  b.append(record(2));
  await ledger.takeAll();
  a.close();
  renameSync(a.file, `${a.file}.away`);
  b.append(record(3));
  await assert.rejects(ledger.takeAll(), { code: 'ADIT_JOURNAL_MISSING' });
  await ledger.database.transact((queries) =>
    acceptLoss(queries, {
      instance: 'a',
      lastSequence: 1,
      timeMs: ledger.now,
      actor: 'ann',
      reason: 'the disk died',
    }),
  );
  assert.equal(await ledger.takeAll(), 1);
});

test('a journal that others name, and that was never here, stops a ledger that has begun', async (t) => {
  const ledger = await ShareLedger.open(t);
  const a = ledger.journal('a');
  a.append(record(1));
  a.end('earlier', 5);
  assert.equal(await ledger.takeAll(), 1);
  a.append(record(2));
  a.end('later', 3);
  await assert.rejects(ledger.takeAll(), { code: 'ADIT_JOURNAL_MISSING' });
});

test('refused rows are noted, and an end that comes too late is an alarm', async (t) => {
  const ledger = await ShareLedger.open(t);
  const [a, b] = [ledger.journal('a'), ledger.journal('b')];
  a.append(record(1), record(2));
  await ledger.takeAll();
  b.end('a', 1);
  a.append(record(3));
  assert.equal(await ledger.takeAll(), 0);
  assert.deepEqual(ledger.alarms, [{ kind: 'refused_counted', instance: 'a', end: 1, counted: 1 }]);
  assert.equal(await ledger.takeAll(), 0);
  assert.equal(ledger.alarms.length, 1);
});

test('a scheme that is set begins behind the next block, with the share after it', async (t) => {
  const ledger = await ShareLedger.open(t);
  const a = ledger.journal('a');
  const set = (scheme: Parameters<typeof setScheme>[1]['scheme']) =>
    ledger.database.transact((queries) =>
      setScheme(queries, { chain: 'zcash', scheme, timeMs: ledger.now, actor: 'ann' }),
    );
  const pplns = { kind: 'pplns', window: windowOf(1) } as const;
  assert.equal(await set(pplns), true);
  assert.equal(await set(pplns), false);
  assert.equal(await set({ kind: 'prop' }), true);
  assert.equal(await set({ kind: 'prop' }), false);
  a.append(record(1), record(2, { outcome: 'block' }), record(3));
  await ledger.takeAll();
  const periods = await ledger.database.read((queries) => schemePeriods(queries, 'zcash'));
  assert.deepEqual(
    periods.map(({ from, scheme }) => [from, scheme]),
    [
      [0n, pplns],
      [3n, { kind: 'prop' }],
    ],
  );
  const slice = await ledger.database.read((queries) => openSlice(queries, 'zcash', 1));
  assert.deepEqual(
    slice.shares.map(({ scheme }) => scheme),
    ['pplns', 'pplns', 'prop'],
  );
});
