import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { LedgerMetrics } from '@adit/api';
import { listBlocks, SqliteDatabase, verifyLedger } from '@adit/ledger';
import { encodeHex } from '@adit/primitives';
import { countLedgerEvent } from '../src/ledger/ledger-watch.ts';
import type { LedgerEvent } from '../src/log/ledger-event.ts';
import { isSettled, NETWORK, REWARD, until, withMoney, zecd } from './support/money-rig.ts';

test('a found block goes from the journal to the wallets of its miners, to the zatoshi, each payment once', async (context) => {
  await withMoney(context, { wallet: zecd }, async ({ ann, bob, find, mine, open, folder }) => {
    const events: LedgerEvent[] = [];
    const hash = await find();
    const metrics = new LedgerMetrics({ chains: [NETWORK], problems: [] });
    const ledger = await open((event) => {
      events.push(event);
      countLedgerEvent(metrics, event);
    }, metrics);
    const received = async () => (await paid(ann.url)) + (await paid(bob.url));
    const net = REWARD - REWARD / 100n;
    try {
      await ledger.service.start();
      await until(async () => (await received()) > 0n && events.some(isSettled), mine);
      assert.deepEqual([await paid(ann.url), await paid(bob.url)], [(net * 3n) / 4n, net - (net * 3n) / 4n]);
      for (let i = 0; i < 5; i += 1) mine();
      await until(() => events.some(({ kind }) => kind === 'payout_waits'), mine);
      assert.equal(await received(), net, 'nobody is paid again');
      const text = await metrics.text();
      assert.match(text, /^adit_ledger_writer 1$/m);
      assert.match(text, /^adit_ledger_shares_total 2$/m);
      assert.match(text, /^adit_ledger_looked_seconds\{chain="[^"]+"\} 1[\d.]+$/m);
      assert.match(text, /^adit_ledger_block_moves_total\{chain="[^"]+",state="mature"\} 1$/m);
      assert.match(text, /^adit_ledger_payouts_on\{chain="[^"]+"\} [01]$/m);
      assert.match(text, /^adit_ledger_gap_coins\{chain="[^"]+"\} \S+$/m);
    } finally {
      await ledger.close();
      metrics.close();
    }
    const database = await SqliteDatabase.open(path.join(folder, 'ledger.db'));
    const blocks = await database.read((queries) => listBlocks(queries, { chain: NETWORK, limit: 10 }));
    assert.deepEqual(
      blocks.map((block) => [block.hash, block.state, block.reward]),
      [[encodeHex(hash), 'mature', REWARD]],
    );
    assert.deepEqual(await verifyLedger(database), []);
    await database.close();
  });
});

test('payouts begin although the pool goes on finding blocks: rewards that the wallet has before the books are explained', async (context) => {
  await withMoney(context, { wallet: zecd }, async ({ ann, find, mine, open }) => {
    const events: LedgerEvent[] = [];
    await find();
    const ledger = await open((event) => events.push(event));
    try {
      await ledger.service.start();
      let turns = 0;
      await until(async () => {
        turns += 1;
        // Every third block is the pool's, so that one of them is always near the tip.
        if (turns % 3 === 0) await find();
        else mine();
        // The ledger looks at a new block before the next one comes, as it does on a chain. A busy machine needs longer
        // for that: pauses double every ten turns, so that in the end they are long enough on each machine.
        await new Promise((resolve) => setTimeout(resolve, 400 * 2 ** Math.floor(turns / 10)));
        return (await paid(ann.url)) > 0n;
      });
      assert.ok(turns >= 3, 'a further block was found meanwhile');
    } finally {
      await ledger.close();
    }
  });
});

/** What a miner's wallet has, in zatoshi, confirmed or not. */
async function paid(url: string): Promise<bigint> {
  const body = JSON.stringify({ id: 1, method: 'getbalances', params: [] });
  const answer = await fetch(url, { method: 'POST', body });
  const { result } = (await answer.json()) as {
    readonly result: { readonly mine: Readonly<Record<string, number>> };
  };
  const { trusted = 0, untrusted_pending: pending = 0 } = result.mine;
  return BigInt(Math.round((trusted + pending) * 1e8));
}
