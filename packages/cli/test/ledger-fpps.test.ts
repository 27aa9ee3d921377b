import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { balanceOf, fundReserve, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { openAccount } from '@adit/money';
import { aditHere } from '@adit/test-kit/adit-here';
import type { LedgerEvent } from '../src/log/ledger-event.ts';
import { NETWORK, REWARD, until, withMoney } from './support/money-rig.ts';

const MONEY = { payouts: 'off', scheme: 'fpps', reserve_floor: '1.3', reserve_resume: '1.4' };

test('FPPS from end to end: shares are paid at once from a funded reserve, which gets the block and stops when it is used up', async (context) => {
  await withMoney(context, { money: MONEY, wallet: () => ({ kind: 'paper' }) }, async (rig) => {
    const { ann, find, journalShare, mine, open, folder } = rig;
    const events: LedgerEvent[] = [];
    // It may be shut for one cause after the other.
    const states = () =>
      events
        .flatMap((event) => (event.kind === 'reserve_moved' ? [event.state] : []))
        .filter((state, i, all) => state !== all[i - 1]);
    const books = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
    const balance = (account: Parameters<typeof balanceOf>[2]) =>
      books.read((queries) => balanceOf(queries, NETWORK, account));
    mine();
    const ledger = await open((event) => events.push(event));
    try {
      await ledger.service.start();
      await until(() => states().length > 0);
      assert.deepEqual(states(), ['shut'], 'an empty reserve pays nobody');
      await books.transact((queries) =>
        fundReserve(
          queries,
          { chain: NETWORK, amount: 2n * REWARD, timeMs: Date.now(), actor: 'op', reason: 'begin' },
          'deposit',
        ),
      );
      await until(() => states().length > 1);
      // A share that is worth a whole block: one more of them, and the reserve is below its floor.
      await journalShare(ann.transparentAddress);
      await until(() => states().length > 2);
      assert.deepEqual(states(), ['shut', 'open', 'shut']);
      const owed = openAccount('miner', ann.transparentAddress);
      const paid = -(await balance(owed));
      // The devnet's blocks have no transactions, so the fee ratio is zero. One percent stays in the reserve.
      assert.equal(paid, (REWARD * 99n) / 100n);
      assert.equal(await balance('equity:pps'), paid - 2n * REWARD);
      // The window holds that share, and those of the block, which count for PPLNS.
      await find();
      await until(async () => (await balance('equity:pps')) < paid - 2n * REWARD, mine);
      assert.equal(-(await balance(owed)) >= paid, true);
      await until(() => states().length > 3);
      assert.equal(states().at(-1), 'open');
    } finally {
      await ledger.close();
    }
    assert.deepEqual(await verifyLedger(books), []);
    await books.close();
    const checked = await aditHere(['ledger', 'verify', '--from-journals', '--json'], folder);
    assert.deepEqual(JSON.parse(checked.out).mismatches, [], checked.err);
    const shown = await aditHere(['ledger', 'reserve'], folder);
    assert.match(shown.out, /new shares are paid at once: the reserve has \d\.\d+ \w+, and stops below 1\./);
  });
});
