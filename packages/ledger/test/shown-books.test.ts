import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountMoney,
  paidSum,
  type Queries,
  type ShownPayout,
  shownBatch,
  shownBatches,
  shownPayouts,
} from '@adit/ledger';
import { OPERATOR, PayoutDesk } from './support/payout-desk.ts';

test('what an account is shown adds up before, while and after it is paid', async () => {
  const desk = await PayoutDesk.open();
  const read = <T>(work: (queries: Queries) => Promise<T>) => desk.database.read(work);
  const money = () => read((queries) => accountMoney(queries, 'zcash', 'ann', desk.clock.nowMs()));
  const before = await money();
  assert.deepEqual(before, { immature: 0n, owed: 50_000_000n, sending: 0n, paid: 0n, threshold: 1_000_000n });
  await desk.commands.setMode('approve', OPERATOR);
  await desk.settle();
  assert.deepEqual(
    await read((queries) => shownBatches(queries, 'zcash', { limit: 10 })),
    [],
    'only planned',
  );
  await desk.commands.setMode('auto', OPERATOR);
  await desk.until('sent');
  const sent = await money();
  assert.deepEqual([sent.sending, sent.paid], [50_000_000n, 0n]);
  const batch = await desk.until('settled');
  const after = await money();
  assert.deepEqual([after.owed, after.sending, after.paid], [0n, 0n, 50_000_000n]);
  assert.equal(await read((queries) => paidSum(queries, 'zcash')), 80_000_000n);
  const { id } = batch.position;
  const shown = await read((queries) => shownBatch(queries, 'zcash', id));
  assert.deepEqual(
    [shown?.state, shown?.recipients, shown?.amount, shown?.txid],
    ['settled', 2, 80_000_000n, batch.position.minedTxid],
  );
  assert.equal(await read((queries) => shownBatch(queries, 'komodo', id)), undefined);
});

test('a walk through payouts loses and doubles nothing while new ones come', async () => {
  const desk = await PayoutDesk.open();
  await desk.until('settled');
  for (let i = 0; i < 3; i += 1) {
    await desk.owe('ann', 20_000_000n);
    desk.clock.pass(3_600_000);
    const settled = async () =>
      (await desk.commands.list()).filter(({ position }) => position.state === 'settled').length;
    for (let mined = 0; mined < 200 && (await settled()) < i + 2; mined += 1) {
      await desk.settle();
      desk.mine(1);
    }
  }
  const page = (before?: { readonly plannedMs: number; readonly id: string }) =>
    desk.database.read((queries) => shownPayouts(queries, 'zcash', 'ann', { before, limit: 1 }));
  const seen: ShownPayout[] = [];
  let last: ShownPayout | undefined;
  for (;;) {
    const [next] = await page(last === undefined ? undefined : { plannedMs: last.plannedMs, id: last.batch });
    if (next === undefined) break;
    seen.push(next);
    last = next;
  }
  assert.equal(seen.length, 4);
  assert.equal(new Set(seen.map(({ batch }) => batch)).size, 4);
  assert.deepEqual(
    seen.map(({ plannedMs }) => plannedMs),
    seen.map(({ plannedMs }) => plannedMs).sort((a, b) => b - a),
  );
});
