import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type LedgerDatabase, postEntry, type Queries, type SqlValue, verifyLedger } from '@adit/ledger';
import { compareIds, creditEntry, creditOf } from '@adit/money';
import { BLOCK, fillBooks } from './books.ts';

/** A place for a ledger: the suite opens the first database in it, and others where several processes can use it. */
export interface Place {
  open(): Promise<LedgerDatabase>;
  /** False for a database that belongs to one object. */
  readonly isShared: boolean;
}

/**
 * What every database of a ledger has to do. A driver that passes can keep the books.
 * @param skip why the suite cannot run; it says so
 */
export function testConformance(
  name: string,
  makePlace: (context: TestContext) => Promise<Place>,
  skip?: string | undefined,
): void {
  for (const [behaviour, run] of [...BEHAVIOURS, ...TRANSACTIONS, ...ORDERS])
    test(`${name} ${behaviour}`, { skip: skip ?? false }, async (context) => {
      const place = await makePlace(context);
      const database = await place.open();
      context.after(() => database.close());
      await database.transact((queries) =>
        queries.run(
          'CREATE TABLE thing (name TEXT PRIMARY KEY, number BIGINT, amount TEXT, raw BLOB, flag SMALLINT)',
        ),
      );
      await run(database, place, context);
    });
}

type Behaviour = (database: LedgerDatabase, place: Place, context: TestContext) => Promise<void>;

const INSERT = 'INSERT INTO thing (name, number) VALUES (?, ?)';

function insert(database: LedgerDatabase, name: string, number: SqlValue = null): Promise<number> {
  return database.transact((queries) => queries.run(INSERT, [name, number]));
}

function names(database: LedgerDatabase): Promise<readonly SqlValue[]> {
  return database.read(async (queries) =>
    (await queries.all('SELECT name FROM thing ORDER BY name')).map((row) => row['name'] ?? null),
  );
}

const MOST = Number.MAX_SAFE_INTEGER;

const BEHAVIOURS: readonly (readonly [string, Behaviour])[] = [
  [
    'keeps each kind of value as it is',
    async (database) => {
      const raw = Uint8Array.from({ length: 256 }, (_, i) => i);
      const rows = [
        { name: '', number: MOST, amount: '9'.repeat(80), raw, flag: 1 },
        {
          name: "a ? 'quoted' \\ $1",
          number: -MOST,
          amount: `-${'1'.repeat(80)}`,
          raw: new Uint8Array(0),
          flag: 0,
        },
        { name: '语 𐀀 é', number: null, amount: null, raw: null, flag: null },
      ];
      await database.transact(async (queries) => {
        for (const { name, number, amount, raw: bytes, flag } of rows)
          assert.equal(
            await queries.run('INSERT INTO thing (name, number, amount, raw, flag) VALUES (?, ?, ?, ?, ?)', [
              name,
              number,
              amount,
              bytes,
              flag,
            ]),
            1,
          );
      });
      const read = await database.read((queries) =>
        queries.all("SELECT name, number, amount, raw, flag FROM thing WHERE name <> '?' ORDER BY name"),
      );
      assert.deepEqual(
        read.map((row) => ({
          ...row,
          raw: row['raw'] instanceof Uint8Array ? Uint8Array.from(row['raw']) : null,
        })),
        rows,
      );
    },
  ],
  [
    'refuses values that it would change',
    async (database) => {
      for (const value of [MOST + 1, 0.5, Number.NaN, -0.1, 'a\0b', '\ud800'])
        await assert.rejects(insert(database, 'a', value), { code: 'ADIT_LEDGER_VALUE' });
      assert.deepEqual(await names(database), []);
    },
  ],
  [
    'refuses to read a number that it would round',
    async (database) => {
      await insert(database, 'a', MOST);
      const read = (sql: string) => database.read((queries) => queries.all(sql));
      for (const sql of ['SELECT number + 1 AS n FROM thing', 'SELECT SUM(number + number) AS n FROM thing'])
        await assert.rejects(read(sql), { code: 'ADIT_LEDGER_DAMAGED' });
    },
  ],
  [
    'counts and compares in numbers',
    async (database) => {
      await insert(database, 'a', 1);
      await insert(database, 'b', 2);
      const [row] = await database.read((queries) =>
        queries.all(
          'SELECT COUNT(*) AS count, SUM(number) AS sum, MAX(number) AS max, MAX(number) > 1 AS more, MAX(number) > 2 AS most FROM thing',
        ),
      );
      assert.deepEqual({ ...row }, { count: 2, sum: 3, max: 2, more: 1, most: 0 });
    },
  ],
  [
    'allows a key once, and keeps nothing of the transaction that breaks it',
    async (database) => {
      await insert(database, 'a');
      const twice = database.transact(async (queries) => {
        await queries.run(INSERT, ['b', 1]);
        await queries.run(INSERT, ['a', 1]);
      });
      await assert.rejects(twice, { code: 'ADIT_LEDGER_CONSTRAINT' });
      assert.deepEqual(await names(database), ['a']);
    },
  ],
  [
    'inserts or updates with ON CONFLICT',
    async (database) => {
      const upsert = `${INSERT}, (?, ?) ON CONFLICT (name) DO UPDATE SET number = excluded.number`;
      await database.transact((queries) => queries.run(upsert, ['a', 1, 'b', 2]));
      await database.transact((queries) => queries.run(upsert, ['c', 3, 'b', 4]));
      const rows = await database.read((queries) =>
        queries.all('SELECT name, number FROM thing ORDER BY name'),
      );
      assert.deepEqual(
        rows.map((row) => [row['name'], row['number']]),
        [
          ['a', 1],
          ['b', 4],
          ['c', 3],
        ],
      );
      const ignored = `${INSERT} ON CONFLICT (name) DO NOTHING`;
      assert.equal(await database.transact((queries) => queries.run(ignored, ['a', 9])), 0);
    },
  ],
  [
    'says how many rows a compare-and-swap changed',
    async (database) => {
      await insert(database, 'a', 1);
      const swap = (from: number, to: number) =>
        database.transact((queries) =>
          queries.run('UPDATE thing SET number = ? WHERE name = ? AND number = ?', [to, 'a', from]),
        );
      assert.equal(await swap(1, 2), 1);
      assert.equal(await swap(1, 3), 0);
    },
  ],
  [
    'returns the rows of a statement with RETURNING',
    async (database) => {
      const rows = await database.transact((queries) =>
        queries.all(`${INSERT} RETURNING name, number`, ['a', 7]),
      );
      assert.deepEqual({ ...rows[0] }, { name: 'a', number: 7 });
    },
  ],
  [
    'keeps the books',
    async (database) => {
      const scores = new Map(Array.from({ length: 300 }, (_, i) => [`miner ${i}`, BigInt(i + 1)]));
      const credit = creditOf(10n ** 30n, { scores }, () => ({ feePpm: 1n, donation: null }));
      await database.transact(async (queries) => {
        await fillBooks(queries);
        await postEntry(queries, 'zcash', creditEntry({ ...BLOCK, hash: 'cd' }, credit), 9);
      });
      assert.deepEqual(await verifyLedger(database), []);
    },
  ],
];

const TRANSACTIONS: readonly (readonly [string, Behaviour])[] = [
  [
    'keeps nothing of a transaction whose work throws',
    async (database) => {
      const failure = new Error('the work failed');
      const work = database.transact(async (queries) => {
        await queries.run(INSERT, ['a', 1]);
        throw failure;
      });
      await assert.rejects(work, failure);
      assert.deepEqual(await names(database), []);
      await insert(database, 'b');
      assert.deepEqual(await names(database), ['b']);
    },
  ],
  [
    'keeps nothing of a transaction in which a statement failed, even if the work goes on',
    async (database) => {
      await insert(database, 'a');
      const work = database.transact(async (queries) => {
        await queries.run(INSERT, ['b', 1]);
        await queries.run(INSERT, ['a', 1]).catch(() => undefined);
        await queries.run(INSERT, ['c', 1]).catch(() => undefined);
      });
      await assert.rejects(work, { code: 'ADIT_LEDGER_CONSTRAINT' });
      assert.deepEqual(await names(database), ['a']);
    },
  ],
  [
    'refuses a statement that comes after the end of its transaction',
    async (database) => {
      const late: Queries[] = [];
      await database.transact(async (queries) => void late.push(queries));
      const failed = database.transact(async (queries) => {
        late.push(queries);
        throw new Error('failed');
      });
      await assert.rejects(failed);
      for (const queries of late)
        await assert.rejects(queries.run(INSERT, ['a', 1]), { code: 'ADIT_LEDGER_DATABASE' });
      assert.deepEqual(await names(database), []);
    },
  ],
  [
    'runs transactions one after the other',
    async (database) => {
      await insert(database, 'a', 0);
      const increment = () =>
        database.transact(async (queries) => {
          const [row] = await queries.all('SELECT number FROM thing');
          await queries.run('UPDATE thing SET number = ?', [Number(row?.['number']) + 1]);
        });
      await Promise.all(Array.from({ length: 20 }, increment));
      const [row] = await database.read((queries) => queries.all('SELECT number FROM thing'));
      assert.equal(row?.['number'], 20);
    },
  ],
  [
    'refuses to write in a read',
    async (database) => {
      for (const sql of [
        "INSERT INTO thing (name) VALUES ('a')",
        'DELETE FROM thing',
        'CREATE TABLE other (a TEXT)',
      ])
        await assert.rejects(
          database.read((queries) => queries.run(sql)),
          { code: 'ADIT_LEDGER_DATABASE' },
        );
      assert.deepEqual(await names(database), []);
    },
  ],
  [
    'reads one state, whatever is written beside it',
    async (database, { isShared }) => {
      if (!isShared) return;
      await insert(database, 'a');
      await database.read(async (queries) => {
        const count = async () => (await queries.all('SELECT name FROM thing')).length;
        assert.equal(await count(), 1);
        await insert(database, 'b');
        assert.equal(await count(), 1);
      });
      assert.deepEqual(await names(database), ['a', 'b']);
    },
  ],
  [
    'shows what one object has written to another one',
    async (database, place, context) => {
      if (!place.isShared) return;
      const other = await place.open();
      context.after(() => other.close());
      await insert(database, 'a');
      assert.deepEqual(await names(other), ['a']);
      await insert(other, 'b');
      assert.deepEqual(await names(database), ['a', 'b']);
    },
  ],
  [
    'refuses a ledger of a newer program, and changes nothing',
    async (database, place) => {
      await database.transact((queries) =>
        queries.run("UPDATE meta SET value = '999' WHERE name = 'version'"),
      );
      if (!place.isShared) return;
      const meta = async () =>
        (await database.read((queries) => queries.all('SELECT name, value FROM meta ORDER BY name'))).map(
          ({ name, value }) => `${name} ${value}`,
        );
      const before = await meta();
      assert.ok(before.includes('version 999'));
      await assert.rejects(place.open(), { code: 'ADIT_LEDGER_VERSION' });
      assert.deepEqual(await meta(), before);
    },
  ],
  [
    'refuses all work after it was closed',
    async (database) => {
      await database.close();
      await assert.rejects(insert(database, 'a'), { code: 'ADIT_LEDGER_DATABASE' });
      await assert.rejects(names(database), { code: 'ADIT_LEDGER_DATABASE' });
    },
  ],
];

const ORDERS: readonly (readonly [string, Behaviour])[] = [
  [
    'orders and compares text by the bytes of UTF-8',
    async (database) => {
      const all = [
        '',
        'B',
        'a',
        'a b',
        'a:',
        'a;',
        'ab',
        'b',
        'z',
        'Z',
        'é',
        'e',
        '_',
        '-1',
        '10',
        '9',
        '\uffff',
        '𐀀',
        '语',
      ];
      for (const name of all) await insert(database, name);
      const sorted = [...all].sort(compareIds);
      assert.deepEqual(await names(database), sorted);
      const behind = await database.read((queries) =>
        queries.all('SELECT name FROM thing WHERE name > ? ORDER BY name DESC LIMIT ?', ['a', 3]),
      );
      assert.deepEqual(
        behind.map((row) => row['name']),
        sorted.slice(-3).reverse(),
      );
    },
  ],
  [
    'reads pages by several columns',
    async (database) => {
      for (const [name, number] of [
        ['a', 1],
        ['b', 1],
        ['c', 2],
        ['d', 2],
      ] as const)
        await insert(database, name, number);
      const rows = await database.read((queries) =>
        queries.all('SELECT name FROM thing WHERE (number, name) > (?, ?) ORDER BY number, name LIMIT ?', [
          1,
          'a',
          2,
        ]),
      );
      assert.deepEqual(
        rows.map((row) => row['name']),
        ['b', 'c'],
      );
    },
  ],
];
