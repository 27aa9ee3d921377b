import assert from 'node:assert/strict';
import { copyFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { SqliteDatabase, verifyLedger } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { SEALED_TABLES } from '../src/seals/sealed-tables.ts';
import { fillAllTables } from './support/full-books.ts';

/** An entry that balances, with balances brought along, as a person with a database tool would add it. */
function forged(kind: string, from: string): string {
  const last = '(SELECT max(id) FROM entry)';
  return `INSERT INTO entry (id, chain, time_ms, kind, source_key) VALUES (${last} + 1, 'zcash', 9, '${kind}', 'forged:1');
    INSERT INTO posting SELECT ${last}, 0, 'zcash', account, '50', CAST(CAST(amount AS INTEGER) + 50 AS TEXT) FROM balance WHERE account = '${from}';
    INSERT INTO posting SELECT ${last}, 1, 'zcash', account, '-50', CAST(CAST(amount AS INTEGER) - 50 AS TEXT) FROM balance WHERE account = 'liab:miner:bob';
    UPDATE balance SET amount = CAST(CAST(amount AS INTEGER) + 50 AS TEXT), version = version + 1, entry = ${last} WHERE account = '${from}';
    UPDATE balance SET amount = CAST(CAST(amount AS INTEGER) - 50 AS TEXT), version = version + 1, entry = ${last} WHERE account = 'liab:miner:bob'`;
}

const NEWEST = '(SELECT max(id) FROM entry)';
const SETTLED = "(SELECT id FROM batch WHERE state = 'settled')";

const EDITS: readonly (readonly [string, string])[] = [
  [
    "a payee that becomes another account's",
    "UPDATE payee SET (address, receiver) = ('t-bob', 'bob') WHERE account = 'ann'",
  ],
  ['a payee that is gone', "DELETE FROM payee WHERE account = 'bob'"],
  ['a payee that is added', "INSERT INTO payee VALUES ('zcash', 'ann', 1, 2, 2, 't-eve', 'eve', 'p2pkh')"],
  [
    'another address in an open batch',
    "UPDATE item SET address = 't-eve', receiver = 'eve' WHERE batch = 'b2'",
  ],
  [
    'another address and amount in a settled batch',
    `UPDATE item SET address = 'x', amount = '1' WHERE batch IN ${SETTLED}`,
  ],
  ['items that are gone', `DELETE FROM item WHERE batch IN ${SETTLED}`],
  [
    'a batch that is gone',
    `DELETE FROM item WHERE batch IN ${SETTLED}; DELETE FROM batch_txid WHERE batch IN ${SETTLED}; DELETE FROM batch WHERE state = 'settled'`,
  ],
  ['a transaction that is gone', 'DELETE FROM batch_txid'],
  ['a settled batch that becomes discarded', "UPDATE batch SET state = 'discarded' WHERE state = 'settled'"],
  [
    'another transaction of a settled batch',
    "UPDATE batch SET mined_txid = 'ab', fee_real = '7' WHERE state = 'settled'",
  ],
  [
    'another tag and operation of an open batch',
    "UPDATE batch SET tag = 'x', operation = 'y', called_ms = 1 WHERE is_open = 1",
  ],
  ['an approval that is set back', 'UPDATE batch SET approved_ms = 1'],
  ['another mode and wallet', "UPDATE payout_control SET mode = 'auto', identity = 'x'"],
  ['a hold that is gone', 'DELETE FROM payout_hold'],
  ['an account that is not parked any more', 'UPDATE account SET parked = NULL'],
  ['an account that is gone', "DELETE FROM account WHERE name = 'ann'"],
  ['another fee of the chain', "UPDATE terms SET fee_ppm = '0' WHERE account = ''"],
  ['another minimum', "UPDATE terms SET minimum = '1' WHERE account = ''"],
  ['terms that are gone', "DELETE FROM terms WHERE account = 'ann'"],
  ['an entry that is gone while its lines stay', "DELETE FROM entry WHERE kind = 'block_mature'"],
  ['a settlement that is gone while its lines stay', "DELETE FROM entry WHERE kind = 'batch_settle'"],
  ['another time of an entry', 'UPDATE entry SET time_ms = 77 WHERE id = 2'],
  ['another key of an entry', "UPDATE entry SET source_key = 'zzz' WHERE kind = 'batch_settle'"],
  ['another kind of an entry', "UPDATE entry SET kind = 'owner_paid_in' WHERE kind = 'batch_settle'"],
  ['a forged entry out of the fees', forged('suspense_resolved', 'equity:fee')],
  ['a forged opening balance', forged('opening_balance', 'equity:owner')],
  ['a forged credit', forged('block_credit', 'equity:pps')],
  [
    'the newest entry that is gone, with balances set back',
    `UPDATE balance SET amount = CAST(CAST(amount AS INTEGER) - (SELECT CAST(p.amount AS INTEGER) FROM posting p WHERE p.account = balance.account AND p.entry = ${NEWEST}) AS TEXT),
       version = version - 1, entry = COALESCE((SELECT max(p.entry) FROM posting p WHERE p.account = balance.account AND p.entry < ${NEWEST}), 0)
       WHERE account IN (SELECT account FROM posting WHERE entry = ${NEWEST});
     DELETE FROM balance WHERE version = 0; DELETE FROM posting WHERE entry = ${NEWEST}; DELETE FROM entry WHERE id = ${NEWEST}`,
  ],
  ['a block that is gone', "DELETE FROM block WHERE state = 'seen'"],
  ['a mature block that is gone', "DELETE FROM block WHERE state = 'mature'"],
  ['a mature block that becomes orphaned', "UPDATE block SET state = 'orphaned' WHERE state = 'mature'"],
  ['a mature block that becomes confirmed', "UPDATE block SET state = 'confirmed' WHERE state = 'mature'"],
  [
    'a block that is closed before its credit',
    "UPDATE block SET state = 'closed', next_ms = NULL WHERE state = 'seen'",
  ],
  ['a confirmed block that becomes mature', "UPDATE block SET state = 'mature' WHERE state = 'confirmed'"],
  ['a block that nobody looks at any more', 'UPDATE block SET next_ms = NULL'],
  ['another finder', "UPDATE block SET account = 'eve', worker = 'eve.x' WHERE state = 'seen'"],
  ['another scheme of a block', "UPDATE block SET scheme = 'solo' WHERE state = 'seen'"],
  ['another share of a block', "UPDATE block SET number = 2 WHERE state = 'seen'"],
  ['another digest of a block', "UPDATE block SET digest = '00', work_group = '00' WHERE state = 'seen'"],
  ['another time of a block', 'UPDATE block SET found_ms = 9'],
  ['another generation of a block', "UPDATE block SET generation = 2 WHERE state = 'mature'"],
  [
    'a foreign block',
    "INSERT INTO block SELECT chain, 'cd', what, number, chain_name, dialect, work_group, 'ee', height, found_ms, 'eve', 'eve.x', scheme, 'seen', 1, NULL, NULL, 0, NULL, NULL, NULL, 0 FROM block WHERE state = 'seen'",
  ],
  ['a round that is gone', 'DELETE FROM round_part; DELETE FROM round'],
  ['another score in a round', "UPDATE round_part SET score = '1' WHERE account = 'ann'"],
  ['a mark that is set back', "UPDATE journal_mark SET sequence = 1 WHERE instance = 'one'"],
  ['a mark that is set ahead', "UPDATE journal_mark SET sequence = sequence + 5 WHERE instance = 'one'"],
  ['a journal that is called lost', "UPDATE journal_mark SET state = 'lost'"],
  ['a journal that is called archived', "UPDATE journal_mark SET state = 'archived' WHERE instance = 'one'"],
  ['a mark that is gone', "DELETE FROM journal_mark WHERE instance = 'two'"],
  ['another smaller share of a mark', 'UPDATE journal_mark SET lighter_id = 999999'],
  ['a row that is called left out', "INSERT INTO left_out VALUES ('two', 1, 1, 'duplicate')"],
  ['a slice that is gone', 'DELETE FROM slice'],
  ['rows of a slice that are gone', 'DELETE FROM slice_journal'],
  ['another name of an account of shares', "UPDATE share_account SET name = 'eve'"],
  ['another next number', 'UPDATE share_chain SET next_number = next_number + 100'],
  ['another target', "UPDATE share_chain SET network_target = '1'"],
  ['another scheme from the next block on', "INSERT OR REPLACE INTO scheme_wanted VALUES ('zcash', 'prop')"],
  ['another scheme of the past', `UPDATE scheme_period SET scheme = '{"kind":"prop"}'`],
  ['a foreign correction', "INSERT INTO correction VALUES ('zcash', 1, 1, '3', '1', 1)"],
  ['other totals of a slice', "UPDATE slice SET total = '1', weight = '1'"],
  ['other times of a slice', 'UPDATE slice SET first_ms = 7, last_ms = 8'],
  ['a shielding that is gone', 'DELETE FROM shield'],
  ['another value of a shielding', "UPDATE shield SET value = '1'"],
  ['a pin that is gone', 'DELETE FROM pin'],
  ['a carry that grew', "UPDATE pps_carry SET carry = '999999999'"],
  ['another mark of shares that were paid', 'UPDATE pps_mark SET next_number = 9'],
  ['another floor of the reserve', "UPDATE pps_limits SET floor = '0'"],
  [
    'the newest row of the audit that is gone',
    'DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)',
  ],
  [
    'the newest rows of the audit that are gone',
    'DELETE FROM audit WHERE number > (SELECT max(number) - 5 FROM audit)',
  ],
  ['an audit that is gone', 'DELETE FROM audit'],
  [
    'a row of the audit that was written anew',
    "UPDATE audit SET content = replace(content, 't-ann', 't-eve') WHERE action = 'payee'",
  ],
  ['seals that are gone', 'DELETE FROM seal'],
  ['a log of seals that is gone', 'DELETE FROM seal_log'],
];

test('verify finds whatever is changed behind the back of the ledger', async (t) => {
  const folder = temporaryFolder(t);
  const books = path.join(folder, 'ledger.db');
  const database = await SqliteDatabase.open(books);
  await database.transact(fillAllTables);
  assert.deepEqual(await verifyLedger(database), []);
  await database.close();
  for (const [what, edit] of EDITS)
    await t.test(what, async () => {
      const file = path.join(folder, 'edited.db');
      copyFileSync(books, file);
      const db = new Database(file);
      db.pragma('foreign_keys = OFF');
      db.pragma('synchronous = OFF');
      db.exec(edit);
      db.close();
      const edited = await SqliteDatabase.open(file);
      try {
        assert.notDeepEqual(await verifyLedger(edited), []);
      } finally {
        await edited.close();
        for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true });
      }
    });
});

test('since when an account is due is noted outside of the seals: it only orders payees', async (t) => {
  const database = await SqliteDatabase.open(':memory:');
  t.after(() => database.close());
  await database.transact(fillAllTables);
  await database.transact((queries) => queries.run('UPDATE account SET due_since_ms = 5'));
  assert.deepEqual(await verifyLedger(database), []);
});

test('every table is sealed, but for the lease, the seals, and what follows from entries', () => {
  assert.equal(SEALED_TABLES.size, 29);
  for (const { columns, key } of SEALED_TABLES.values()) {
    assert.ok(key.length > 0);
    assert.ok(key.every((column) => columns.includes(column)));
  }
});

/** Changes that somebody makes who seals the books anew: only the audit still says otherwise. */
const SEALED_EDITS: readonly (readonly [string, string])[] = [
  ['another payee', "UPDATE payee SET address = 't-eve', receiver = 'eve' WHERE account = 'ann'"],
  [
    'a payee that is added',
    "INSERT INTO payee (chain, account, position, set_ms, since_ms, address, receiver, kind) VALUES ('zcash', 'ann', 1, 2, 2, 't-eve', 'eve', 'p2pkh')",
  ],
  ['a payee that is gone', "DELETE FROM payee WHERE account = 'bob'"],
  ['another fee', "UPDATE terms SET fee_ppm = '0' WHERE account = ''"],
  ['another minimum', "UPDATE terms SET minimum = '1' WHERE account = ''"],
  ['an account that is not parked any more', 'UPDATE account SET parked = NULL'],
  ['an account that is parked', "UPDATE account SET parked = 'x' WHERE name = 'ann'"],
  ['another mode', "UPDATE payout_control SET mode = 'auto'"],
];

for (const [what, edit] of SEALED_EDITS)
  test(`verify finds by the audit, though the seals hold: ${what}`, async (t) => {
    const database = await SqliteDatabase.open(':memory:');
    t.after(() => database.close());
    await database.transact(fillAllTables);
    await database.transact((queries) => queries.run(edit));
    const found = await verifyLedger(database);
    assert.deepEqual([...new Set(found.map(({ invariant }) => invariant))], ['I17']);
  });
