import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { isRestored, markRestored, SqliteDatabase } from '@adit/ledger';
import { runAdit } from '@adit/test-kit/pool-process';
import { until, withMoney, zecd } from './support/money-rig.ts';

test('a ledger from a backup holds its payouts until a person resumes them, though they are automatic', async (context) => {
  await withMoney(context, { wallet: zecd }, async ({ folder, file, open }) => {
    const books = path.join(folder, 'ledger.db');
    await (await SqliteDatabase.open(books)).close();
    markRestored(books, 1);
    const adit = async (...args: readonly string[]) => {
      const { status, out, err } = await runAdit(
        ['ledger', 'payouts', ...args, '-c', file, '--json'],
        folder,
      );
      assert.equal(status, 0, err);
      return JSON.parse(out);
    };
    const ledger = await open();
    try {
      await ledger.service.start();
      let state: { readonly mode: string; readonly hold: { readonly detail: string } | null } | undefined;
      await until(async () => {
        state = await adit();
        return state?.mode === 'auto';
      });
      assert.match(state?.hold?.detail ?? '', /restored from a backup/);
      await adit('resume', 'all', '--reason', 'compared with the wallet');
      assert.equal((await adit()).hold, null);
    } finally {
      await ledger.close();
    }
    const database = await SqliteDatabase.open(books);
    assert.equal(await database.read(isRestored), false, 'the hold has taken the place of the mark');
    await database.close();
  });
});
