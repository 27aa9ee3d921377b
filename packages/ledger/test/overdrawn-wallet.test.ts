import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SendingWallet } from '@adit/money';
import { PayoutDesk } from './support/payout-desk.ts';

test('a wallet that says it can spend less than nothing is one that can spend nothing: payouts wait, and go on when it has money', async () => {
  let isOverdrawn = true;
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      new Proxy<SendingWallet>(world, {
        get: (_, key) => {
          if (key === 'funds' && isOverdrawn)
            return async () => ({ ...(await world.funds()), spendable: -162_155n });
          const value: unknown = Reflect.get(world, key, world);
          return typeof value === 'function' ? value.bind(world) : value;
        },
      }),
  });
  const result = await desk.settle();
  assert.deepEqual([result.kind, result.kind === 'waits' && result.why], ['waits', 'nothing_due']);
  assert.deepEqual([...desk.wallet.calls.keys()], []);
  isOverdrawn = false;
  await desk.until('settled');
});
