import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { isRestored, markRestored, SqliteDatabase } from '@adit/ledger';
import { aditHere } from '@adit/test-kit/adit-here';
import { type AditRun, runAdit } from '@adit/test-kit/pool-process';
import { rowOf, until, withMoney, zecd } from './support/money-rig.ts';

test('a ledger from a backup holds its payouts until a person resumes them, though they are automatic', async (context) => {
  await withMoney(context, { wallet: zecd }, async ({ folder, file, open }) => {
    const books = path.join(folder, 'ledger.db');
    await (await SqliteDatabase.open(books)).close();
    markRestored(books, 1);
    const command = (...args: readonly string[]) => ['ledger', 'payouts', ...args, '-c', file, '--json'];
    const answerOf = ({ status, out, err }: AditRun) => {
      assert.equal(status, 0, err);
      return JSON.parse(out);
    };
    const ledger = await open();
    try {
      await ledger.service.start();
      await until(() => rowOf(books, "SELECT 1 FROM payout_control WHERE mode = 'auto'") !== undefined);
      const { mode, hold } = answerOf(await runAdit(command(), folder));
      assert.equal(mode, 'auto');
      assert.match(hold?.detail ?? '', /restored from a backup/);
      answerOf(await runAdit(command('resume', 'all', '--reason', 'compared with the wallet'), folder));
    } finally {
      await ledger.close();
    }
    assert.equal(answerOf(await aditHere(command(), folder)).hold, null);
    const database = await SqliteDatabase.open(books);
    assert.equal(await database.read(isRestored), false, 'the hold has taken the place of the mark');
    await database.close();
  });
});
