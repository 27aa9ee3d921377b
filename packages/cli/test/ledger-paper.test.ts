import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { aditHere } from '@adit/test-kit/adit-here';
import { runAdit } from '@adit/test-kit/pool-process';
import { NETWORK, until, withMoney } from './support/money-rig.ts';

test('a payment list is written, a person names the transaction that paid it, and the ledger waits for the chain', async (context) => {
  await withMoney(
    context,
    { wallet: () => ({ kind: 'paper' }) },
    async ({ ann, bob, folder, file, find, mine, open }) => {
      await find();
      const moves: string[] = [];
      const ledger = await open((event) => {
        if (event.kind === 'payout_moved') moves.push(event.detail);
      });
      const moved = (state: string) => until(() => moves.some((detail) => detail.startsWith(state)));
      const lists = path.join(folder, 'payouts', NETWORK);
      const command = (args: readonly string[]) => ['ledger', ...args, '-c', file, '--json'];
      /** Beside the ledger of this process. */
      const beside = (...args: readonly string[]) => runAdit(command(['payouts', ...args]), folder);
      /** When it has ended. */
      const behind = (...args: readonly string[]) => aditHere(command(args), folder);
      const stateIn = ({ out }: { readonly out: string }) => JSON.parse(out).batches[0]?.state;
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
        await moved('running');
        assert.equal(stateIn(await beside()), 'running');
        const why = ['--reason', 'paid by hand', '--by', 'op'];
        const wrong = await beside('resolve', list.batch, '--paid', 'nonsense', ...why);
        assert.match(wrong.err, /a transaction id has 64 hex digits/);
        const right = await beside('resolve', list.batch, '--paid', 'ab'.repeat(32), ...why);
        assert.equal(right.status, 0, right.err);
        await moved('sent');
        await ledger.close();
        assert.equal(stateIn(await behind('payouts')), 'sent');
        const book = (...to: readonly string[]) =>
          behind(
            ...['payouts', 'book', list.batch, '--tx', 'ab'.repeat(32)],
            ...to.flatMap((one) => ['--to', one]),
            ...why,
          );
        assert.match((await book('ann')).err, /expected --to <account>=<amount>/);
        assert.match((await book('ann=1', 'ann=2')).err, /each account once/);
        assert.match((await book('nobody=0.5')).err, /nobody is not in batch .*; nothing was changed/);
        const audit = await behind('audit');
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
