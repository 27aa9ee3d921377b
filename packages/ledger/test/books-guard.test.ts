import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { BooksGuard, HeadFile, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { temporaryFolder } from '@adit/test-kit/temporary';
import Database from 'better-sqlite3';
import { OPERATOR, PayoutDesk } from './support/payout-desk.ts';

/** Payouts whose books lie in a file, which somebody else can write. */
async function guardedDesk(t: TestContext) {
  const folder = temporaryFolder(t);
  const file = path.join(folder, 'ledger.db');
  const head = new HeadFile(path.join(folder, 'ledger.db.seal'));
  let guard: BooksGuard | undefined;
  const desk = await PayoutDesk.open({
    file,
    modules: { guard: { check: async (paid) => guard?.check(paid) } },
  });
  const { database, clock } = desk;
  guard = new BooksGuard({ database, head, steadyMs: () => clock.steadyMs() });
  t.after(() => database.close());
  const edit = (sql: string) => {
    const db = new Database(file);
    db.pragma('foreign_keys = OFF');
    db.exec(sql);
    db.close();
  };
  return { desk, guard, edit, file, head };
}

const FORGED = `INSERT INTO entry (id, chain, time_ms, kind, source_key) SELECT max(id) + 1, 'zcash', 1, 'opening_balance', 'opening:zcash:forged' FROM entry;
  INSERT INTO posting SELECT (SELECT max(id) FROM entry), 0, 'zcash', account, '80000000', CAST(CAST(amount AS INTEGER) + 80000000 AS TEXT) FROM balance WHERE account = 'equity:owner';
  INSERT INTO posting SELECT (SELECT max(id) FROM entry), 1, 'zcash', account, '-80000000', CAST(CAST(amount AS INTEGER) - 80000000 AS TEXT) FROM balance WHERE account = 'liab:miner:bob';
  UPDATE balance SET amount = CAST(CAST(amount AS INTEGER) + 80000000 AS TEXT), version = version + 1, entry = (SELECT max(id) FROM entry) WHERE account = 'equity:owner';
  UPDATE balance SET amount = CAST(CAST(amount AS INTEGER) - 80000000 AS TEXT), version = version + 1, entry = (SELECT max(id) FROM entry) WHERE account = 'liab:miner:bob'`;

/** A balance of an old entry that is raised together with its line. */
const RAISED = `UPDATE posting SET balance = '-40000000' WHERE account = 'liab:miner:bob';
  UPDATE balance SET amount = '-40000000' WHERE account = 'liab:miner:bob'`;

const EDITS: readonly (readonly [string, string])[] = [
  ['a forged opening balance', FORGED],
  ['another payee', "UPDATE payee SET address = 't-eve', receiver = 'eve' WHERE account = 'bob'"],
  ['a balance that was raised together with its line', RAISED],
  ['an audit whose newest row is gone', 'DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)'],
  ['a minimum that was lowered', "UPDATE terms SET minimum = '1'"],
];

for (const isLooked of [false, true])
  for (const [what, sql] of EDITS)
    test(`nobody is paid from books with ${what}, ${isLooked ? 'while the ledger runs' : 'before it starts'}`, async (t) => {
      const { desk, guard, edit } = await guardedDesk(t);
      if (isLooked) assert.equal(await guard.check(), undefined);
      edit(sql);
      const waits = await desk.settle();
      assert.ok(waits.kind === 'waits' && waits.why === 'held', JSON.stringify(waits));
      const { control, stops } = await desk.commands.status();
      assert.equal(control.hold?.reason, 'books_broken');
      assert.equal(stops[0]?.reason, 'books_broken');
      assert.deepEqual(await desk.commands.list(), []);
      await assert.rejects(desk.commands.resume('all', OPERATOR), { code: 'ADIT_PAYOUT_REFUSED' });
      assert.equal((await desk.commands.status()).control.hold?.reason, 'books_broken');
    });

test('a batch whose items were changed between its approval and its call is not paid', async (t) => {
  const { desk, edit } = await guardedDesk(t);
  while (!(await desk.commands.list()).some(({ position }) => position.state === 'reserved'))
    await desk.service.step();
  edit("UPDATE item SET address = 't-eve', receiver = 'eve' WHERE account = 'bob'");
  const waits = await desk.settle();
  assert.ok(waits.kind === 'waits' && waits.why === 'held', JSON.stringify(waits));
  assert.match(waits.detail, /it does not pay what was planned/);
});

test('a plan whose items were changed is not approved', async (t) => {
  const { desk, edit } = await guardedDesk(t);
  await desk.commands.setMode('approve', OPERATOR);
  await desk.settle();
  const [planned] = await desk.commands.list();
  edit("UPDATE item SET gross = '40000000', amount = '40000000' WHERE account = 'ann'");
  await desk.commands.approve(planned?.position.id ?? '', OPERATOR).catch(() => undefined);
  const { control, open } = await desk.commands.status();
  assert.equal(open, undefined);
  assert.equal(control.hold?.reason, 'books_broken');
});

test('payouts go on when the change was taken back, and a person has resumed them', async (t) => {
  const { desk, edit } = await guardedDesk(t);
  edit("UPDATE payee SET receiver = 'eve' WHERE account = 'bob'");
  await desk.settle();
  edit("UPDATE payee SET receiver = 'bob' WHERE account = 'bob'");
  await desk.commands.resume('all', OPERATOR);
  await desk.until('settled');
  assert.deepEqual(await verifyLedger(desk.database), []);
});

test('books that a person takes over as they stand are in order from then on, and the audit says who it was', async (t) => {
  const { desk, guard, edit, head } = await guardedDesk(t);
  edit("UPDATE terms SET minimum = '1000001'");
  assert.match((await guard.check()) ?? '', /I16 the table terms/);
  await guard.accept({ actor: 'olga', reason: 'set by hand', timeMs: 9 });
  assert.equal(await guard.check(), undefined);
  assert.deepEqual(await verifyLedger(desk.database), []);
  const rows = await desk.database.read((queries) =>
    queries.all("SELECT actor, content FROM audit WHERE action = 'books_sealed'"),
  );
  assert.deepEqual(rows, [{ actor: 'olga', content: '{"reason":"set by hand"}' }]);
  assert.ok((head.read()?.number ?? 0) > 0);
});

test('books that are older than the file beside them are noticed, though they are in order', async (t) => {
  const { desk, guard, file, head } = await guardedDesk(t);
  assert.equal(await guard.check(), undefined);
  const checkpoint = new Database(file);
  checkpoint.pragma('wal_checkpoint(TRUNCATE)');
  checkpoint.close();
  const older = `${file}.older`;
  copyFileSync(file, older);
  await desk.owe('cleo', 20_000_000n);
  assert.equal(await guard.note(), undefined, 'the books may be ahead of the file');
  const database = await SqliteDatabase.open(older);
  t.after(() => database.close());
  assert.deepEqual(await verifyLedger(database), []);
  const other = new BooksGuard({ database, head, steadyMs: () => 0 });
  assert.match((await other.check()) ?? '', /older than the file beside them/);
  await database.transact((queries) => queries.run('UPDATE account SET since_ms = 5'));
  for (let i = 0; i < 9; i += 1)
    await database.transact((queries) => queries.run(`UPDATE account SET since_ms = ${60 + i}`));
  assert.match((await other.check()) ?? '', /is not the one that the file beside the books has/);
  await other.follow();
  assert.equal(await other.check(), undefined, 'a backup that was put in place on purpose');
});

test('a file beside the books that was damaged or is gone: the one is a fault, the other begins anew', async (t) => {
  const { guard, file, head } = await guardedDesk(t);
  assert.equal(await guard.check(), undefined);
  const seal = `${file}.seal`;
  assert.match(readFileSync(seal, 'utf8'), /^\d+ [0-9a-f]{64}\n$/);
  writeFileSync(seal, 'x');
  assert.match((await guard.note()) ?? '', /cannot be read/);
  rmSync(seal);
  assert.equal(await guard.note(), undefined);
  assert.ok(head.read());
});

test('a hold stays when another one came before it, until a person has seen both', async (t) => {
  const { desk } = await guardedDesk(t);
  const { teller } = desk.service;
  await teller.holdWallet({ reason: 'reconcile_gap', detail: 'it has 5 more' });
  const seen = (await desk.commands.status()).control.holds;
  await desk.commands.hold('all', { name: 'restore', reason: 'restored from a backup' });
  await desk.commands.hold('all', { name: 'restore', reason: 'restored from a backup' });
  await teller.holdWallet({ reason: 'reconcile_gap', detail: 'it has 6 more' });
  const { control, stops } = await desk.commands.status();
  assert.deepEqual(
    control.holds.map(({ reason, detail }) => `${reason} ${detail}`),
    ['reconcile_gap it has 5 more', 'operator restored from a backup'],
  );
  assert.deepEqual(
    stops.map(({ reason }) => reason),
    ['reconcile_gap', 'operator'],
  );
  await assert.rejects(desk.commands.resume('all', OPERATOR, seen), { code: 'ADIT_PAYOUT_CHANGED' });
  assert.equal((await desk.commands.status()).control.holds.length, 2);
  await desk.commands.resume('all', OPERATOR);
  assert.equal((await desk.commands.status()).control.hold, null);
});
