import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import Database from 'better-sqlite3';
import type { LedgerEvent } from '../src/log/ledger-event.ts';
import { isSettled, rowOf, until, withMoney, zecd } from './support/money-rig.ts';

test('books in which somebody changed a payee pay nobody, say so, and pay again when a person has looked', async (context) => {
  await withMoney(context, { wallet: zecd }, async ({ bob, find, mine, open, folder, file }) => {
    const books = path.join(folder, 'ledger.db');
    const edit = (sql: string, ...values: readonly string[]) => {
      const db = new Database(books);
      db.prepare(sql).run(...values);
      db.close();
    };
    const hasPayee = (account: string) =>
      rowOf(books, 'SELECT 1 FROM payee WHERE account = ?', account) !== undefined;
    const command = (args: readonly string[]) => ['ledger', ...args, '-c', file];
    /** Only while this process runs no ledger. */
    const adit = (...args: readonly string[]) => aditHere(command(args), folder);
    const events: LedgerEvent[] = [];
    await find();
    let ledger = await open((event) => events.push(event));
    try {
      await ledger.service.start();
      await until(() => events.some((event) => event.kind === 'block_moved' && event.to === 'seen'), mine);
      await until(() => hasPayee(bob.address), mine);
      await ledger.close();
      assert.ok((await adit('audit')).out.includes(bob.address));

      edit("UPDATE payee SET address = 'evil', receiver = '!' || receiver WHERE account = ?", bob.address);
      events.length = 0;
      ledger = await open((event) => events.push(event));
      await ledger.service.start();
      await until(
        () => events.some((event) => event.kind === 'ledger_problem' && event.cause === 'books'),
        mine,
      );
      const list = await runAdit(command(['payouts']), folder);
      await ledger.close();
      assert.match(list.out, /held: I16 the table payee: a row is not as the ledger wrote it/);
      assert.match(list.out, /books_broken: A rule of the books does not hold/);
      const verify = await adit('verify');
      assert.equal(verify.status, 1);
      assert.match(verify.out, /I16 the table payee/);
      const resume = await adit('payouts', 'resume', 'all', '--reason', 'x');
      assert.match(resume.err, /the books are not in order, so nothing is paid/);
      assert.match(list.out, /no batch yet/);

      edit(
        'UPDATE payee SET receiver = substr(receiver, 2), address = account WHERE account = ?',
        bob.address,
      );
      assert.deepEqual((await adit('verify')).out.trim(), 'the books are in order');
      edit("UPDATE terms SET minimum = '2' WHERE account = ?", '');
      assert.match((await adit('verify', '--accept')).err, /--reason is missing/);
      const accepted = await adit('verify', '--accept', '--reason', 'a test');
      assert.deepEqual([accepted.status, accepted.out.trim()], [0, 'the books are in order']);
      assert.equal((await adit('payouts', 'resume', 'all', '--reason', 'x')).status, 0);
      assert.doesNotMatch((await adit('payouts')).out, /held/);

      ledger = await open((event) => events.push(event));
      await ledger.service.start();
      await until(() => events.some(isSettled), mine);
    } finally {
      await ledger.close();
    }
  });
});
