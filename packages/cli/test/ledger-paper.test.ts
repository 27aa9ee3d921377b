import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runAdit } from '@adit/test-kit/pool-process';
import { NETWORK, until, withMoney } from './support/money-rig.ts';

test('a payment list is written, a person names the transaction that paid it, and the ledger waits for the chain', async (context) => {
  await withMoney(
    context,
    { wallet: () => ({ kind: 'paper' }) },
    async ({ ann, bob, folder, file, find, mine, open }) => {
      await find();
      const ledger = await open();
      const lists = path.join(folder, 'payouts', NETWORK);
      const adit = (...args: readonly string[]) =>
        runAdit(['ledger', 'payouts', ...args, '-c', file, '--json'], folder);
      const stateOf = async () => JSON.parse((await adit()).out).batches[0]?.state;
      try {
        await ledger.service.start();
        const named = () =>
          existsSync(lists) ? readdirSync(lists).find((name) => name.endsWith('.json')) : undefined;
        await until(() => named() !== undefined, mine);
        const list = JSON.parse(readFileSync(path.join(lists, named() ?? ''), 'utf8'));
        assert.deepEqual(
          list.outputs.map(({ address }: { readonly address: string }) => address).sort(),
          [ann.transparentAddress, bob.address].sort(),
        );
        await until(async () => (await stateOf()) === 'running');
        const why = ['--reason', 'paid by hand', '--by', 'op'];
        const wrong = await adit('resolve', list.batch, '--paid', 'nonsense', ...why);
        assert.match(wrong.err, /a transaction id has 64 hex digits/);
        const right = await adit('resolve', list.batch, '--paid', 'ab'.repeat(32), ...why);
        assert.equal(right.status, 0, right.err);
        await until(async () => (await stateOf()) === 'sent');
        const book = (...to: readonly string[]) =>
          adit('book', list.batch, '--tx', 'ab'.repeat(32), ...to.flatMap((one) => ['--to', one]), ...why);
        assert.match((await book('ann')).err, /expected --to <account>=<amount>/);
        assert.match((await book('ann=1', 'ann=2')).err, /each account once/);
        assert.match((await book('nobody=0.5')).err, /nobody is not in batch .*; nothing was changed/);
        const audit = await runAdit(['ledger', 'audit', '-c', file, '--json'], folder);
        const rows = JSON.parse(audit.out).rows.filter(
          ({ actor }: { readonly actor: string }) => actor === 'op',
        );
        assert.deepEqual(
          rows.map((row: { readonly action: string; readonly content: object }) => [row.action, row.content]),
          [['list_paid', { txid: 'ab'.repeat(32), why: 'paid by hand' }]],
        );
      } finally {
        await ledger.close();
      }
    },
  );
});
