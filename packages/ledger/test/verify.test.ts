import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LedgerInvariant, postEntry, type Queries, recordMove, verifyLedger } from '@adit/ledger';
import { creditEntry } from '@adit/money';
import { BLOCK, CREDIT, fillBooks, withLedger } from './support/books.ts';

/** Changes a row behind the ledger's back, as a person with a database tool would. */
type Damage = (queries: Queries) => Promise<unknown>;

function sql(statement: string): Damage {
  return (queries) => queries.run(statement);
}

const MOVE = { timeMs: 9, chain: 'zcash', actor: 'test', kind: 'block', subject: BLOCK.hash } as const;

const DAMAGES: readonly (readonly [string, Damage, readonly LedgerInvariant[]])[] = [
  [
    'a changed amount of a line',
    sql("UPDATE posting SET amount = '1001' WHERE entry = 1 AND line = 0"),
    ['I1', 'I3', 'I16'],
  ],
  ['a changed balance', sql("UPDATE balance SET amount = '-10' WHERE account = 'equity:fee'"), ['I2', 'I3']],
  ['a removed balance', sql("DELETE FROM balance WHERE account = 'equity:fee'"), ['I2', 'I3']],
  ['a removed line', sql("DELETE FROM posting WHERE account = 'equity:fee'"), ['I1', 'I3', 'I16']],
  [
    'a changed balance of a line',
    sql("UPDATE posting SET balance = '7' WHERE entry = 1 AND line = 0"),
    ['I3', 'I16'],
  ],
  [
    'a miner in debt',
    async (queries) => {
      for (const table of ['posting', 'balance'])
        await queries.run(
          `UPDATE ${table} SET account = CASE account WHEN 'liab:miner:zoe' THEN 'asset:hot' ELSE 'liab:miner:zoe' END WHERE account = 'asset:hot'`,
        );
    },
    ['I4', 'I6', 'I16'],
  ],
  [
    'a miner paid by an entry of another kind',
    sql("UPDATE entry SET kind = 'owner_withdrawal' WHERE kind = 'batch_reserve'"),
    ['I6', 'I16'],
  ],
  [
    'a block that is credited twice',
    (queries) => postEntry(queries, 'zcash', creditEntry({ ...BLOCK, generation: 2 }, CREDIT), 9),
    ['I7'],
  ],
  ['a changed row of the audit', sql("UPDATE audit SET actor = 'nobody' WHERE number = 2"), ['I14']],
  ['a removed row of the audit', sql('DELETE FROM audit WHERE number = 1'), ['I14', 'I16', 'I17']],
  [
    'a move without a name',
    (queries) => recordMove(queries, { ...MOVE, from: 'confirmed', to: 'lost' }),
    ['I15'],
  ],
  [
    'a move that does not begin where the last one ended',
    (queries) => recordMove(queries, { ...MOVE, from: 'mature', to: 'closed' }),
    ['I15'],
  ],
  [
    'a row that cannot be read',
    sql("UPDATE balance SET amount = 'x' WHERE account = 'equity:fee'"),
    ['I2', 'I3'],
  ],
];

test('a ledger in order has no breaches', () =>
  withLedger(async (database) => {
    assert.deepEqual(await verifyLedger(database), []);
    await database.transact(fillBooks);
    assert.deepEqual(await verifyLedger(database), []);
    assert.deepEqual(
      await verifyLedger(database, {
        wallets: new Map([['zcash', { total: 1_000n, unconfirmedSpends: 0n }]]),
      }),
      [],
    );
  }));

for (const [what, damage, expected] of DAMAGES)
  test(`verify finds ${what}`, () =>
    withLedger(async (database) => {
      await database.transact(async (queries) => {
        await fillBooks(queries);
        await damage(queries);
      });
      const found = await verifyLedger(database);
      assert.deepEqual([...new Set(found.map(({ invariant }) => invariant))], expected);
    }));

test('verify finds a wallet that has less than the books say', () =>
  withLedger(async (database) => {
    await database.transact(fillBooks);
    const wallets = new Map([['zcash', { total: 999n, unconfirmedSpends: 0n }]]);
    assert.deepEqual(await verifyLedger(database, { wallets }), [
      { invariant: 'I13', chain: 'zcash', about: 'the wallet', detail: 'it has 999, the books say 1000' },
    ]);
  }));

test('verify reads tables that are longer than a page', () =>
  withLedger(async (database) => {
    await database.transact(async (queries) => {
      for (let hash = 1; hash <= 1_203; hash += 1) {
        await postEntry(queries, 'zcash', creditEntry({ ...BLOCK, hash: String(hash) }, CREDIT), hash);
        await recordMove(queries, { ...MOVE, subject: String(hash), from: 'found', to: 'seen' });
      }
    });
    assert.deepEqual(await verifyLedger(database), []);
    await database.transact(sql("UPDATE posting SET amount = '1' WHERE entry = 1203 AND line = 0"));
    const found = await verifyLedger(database);
    assert.deepEqual([...new Set(found.map(({ invariant }) => invariant))], ['I1', 'I3', 'I16']);
  }));
