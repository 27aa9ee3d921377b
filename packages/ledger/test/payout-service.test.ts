import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditRows, balanceOf, HOLD_HELP, PayoutService, verifyLedger } from '@adit/ledger';
import { openAccount } from '@adit/money';
import { DESK_OPTIONS, OPERATOR, PayoutDesk, payeeOf } from './support/payout-desk.ts';

test('what is due is paid by one call, settled by the chain with the fee that it really had, and owed no more', async () => {
  const desk = await PayoutDesk.open();
  const batch = await desk.until('settled');
  assert.equal(desk.wallet.calls.get(batch.position.id), 1);
  const [paying] = desk.wallet.made;
  assert.equal(batch.feeReal, paying?.fee);
  await desk.database.read(async (queries) => {
    for (const account of ['ann', 'bob'])
      assert.equal(await balanceOf(queries, 'zcash', openAccount('miner', account)), 0n);
    assert.equal(await balanceOf(queries, 'zcash', 'asset:hot'), 920_000_000n - (paying?.fee ?? 0n));
  });
  assert.deepEqual(await verifyLedger(desk.database), []);
  assert.equal((await desk.commands.reconcile()).gap, 0n);
});

test('payouts are off at first; a dry run shows what would be paid, and binds nothing', async () => {
  const desk = await PayoutDesk.open();
  await desk.commands.setMode('off', OPERATOR);
  assert.equal((await desk.settle()).kind, 'waits');
  const plan = await desk.service.plan();
  assert.equal(plan.batches[0]?.gross, 80_000_000n);
  await desk.commands.setMode('plan', OPERATOR);
  await desk.settle();
  assert.deepEqual(await desk.commands.list(), []);
});

test('in the mode "approve" a plan waits for an operator, and is thrown away after an hour', async () => {
  const desk = await PayoutDesk.open();
  await desk.commands.setMode('approve', OPERATOR);
  const waits = await desk.settle();
  assert.equal(waits.kind === 'waits' && waits.why, 'not_approved');
  const [old] = await desk.commands.list();
  desk.clock.pass(3_600_001);
  await desk.settle();
  const [first, second] = await desk.commands.list();
  assert.deepEqual([first?.position.id, first?.position.state], [old?.position.id, 'discarded']);
  assert.equal(second?.position.state, 'planned');
  await desk.commands.approve(second?.position.id ?? '', OPERATOR);
  assert.equal((await desk.until('settled')).position.id, second?.position.id);
});

test('a plan is not approved when an account of it got another payee, or was parked, or the day is used up', async () => {
  const desk = await PayoutDesk.open();
  await desk.commands.setMode('approve', OPERATOR);
  await desk.settle();
  const [planned] = await desk.commands.list();
  await desk.database.transact((queries) =>
    queries.run("UPDATE account SET parked = 'asked for' WHERE name = 'ann'"),
  );
  await assert.rejects(desk.commands.approve(planned?.position.id ?? '', OPERATOR), {
    code: 'ADIT_PAYOUT_REFUSED',
  });
  assert.equal((await desk.commands.list())[0]?.position.state, 'discarded');
});

test('the cap of a day counts for 24 hours, whatever the calendar says', async () => {
  const desk = await PayoutDesk.open({ options: { caps: { ...DESK_OPTIONS.caps, daily: 100_000_000n } } });
  await desk.until('settled');
  await desk.owe('cem', 30_000_000n);
  assert.equal((await desk.service.plan()).waiting.get('daily_cap')?.accounts, 1);
  desk.clock.pass(24 * 3_600_000);
  assert.equal((await desk.service.plan()).batches.length, 1);
});

test('payouts without caps are refused', () => {
  const { caps, ...rest } = DESK_OPTIONS;
  const modules = {} as ConstructorParameters<typeof PayoutService>[1];
  for (const payment of [0n, undefined as unknown as bigint])
    assert.throws(() => new PayoutService({ ...rest, caps: { ...caps, payment } }, modules), {
      code: 'ADIT_BAD_OPTION',
    });
  assert.throws(() => new PayoutService({ ...DESK_OPTIONS, margin: 99 }, modules), {
    code: 'ADIT_BAD_OPTION',
  });
});

test('an operator who gives no reason changes nothing; with one it is in the audit', async () => {
  const desk = await PayoutDesk.open();
  await assert.rejects(desk.commands.setMode('off', { name: 'olga', reason: '' }), {
    code: 'ADIT_PAYOUT_REFUSED',
  });
  await desk.commands.hold('all', { name: 'olga', reason: 'a strange mail' });
  const held = await desk.settle();
  assert.equal(held.kind === 'waits' && held.why, 'held');
  const { stops } = await desk.commands.status();
  assert.deepEqual(stops, [{ reason: 'operator', ...HOLD_HELP.operator }]);
  const rows = await desk.database.read((queries) => auditRows(queries, { after: 0, limit: 100 }));
  const row = rows.find(({ action }) => action === 'payouts_held');
  assert.equal(row?.actor, 'olga');
  assert.match(row?.content ?? '', /a strange mail/);
  await desk.commands.resume('all', OPERATOR);
  await desk.until('settled');
});

test('a batch of which a transaction may exist cannot be given up, nor be resolved as unpaid without a proof', async () => {
  const desk = await PayoutDesk.open();
  const running = await desk.until('running');
  const { id } = running.position;
  await assert.rejects(desk.commands.discard(id, OPERATOR), { code: 'ADIT_PAYOUT_REFUSED' });
  await assert.rejects(desk.commands.resolveUnpaid(id, OPERATOR), { code: 'ADIT_PAYOUT_REFUSED' });
  assert.equal((await desk.commands.show(id)).position.state, 'running');
});

test('an account that is owed by two names with one receiver is paid by one output', async () => {
  const desk = await PayoutDesk.open();
  await desk.owe('ann-2', 20_000_000n, payeeOf('ann'));
  const batch = await desk.until('settled');
  assert.equal(batch.items.length, 3);
  const outputs = desk.wallet.made[0]?.outputs.toSorted((a, b) => a.receiver.localeCompare(b.receiver));
  assert.deepEqual(outputs, [
    { receiver: 'ann', amount: 70_000_000n },
    { receiver: 'bob', amount: 30_000_000n },
  ]);
});

test('nothing is sent near an upgrade, on a dead branch, behind a gap, or with another wallet', async () => {
  const desk = await PayoutDesk.open();
  desk.chain.upgradeAt = desk.chain.height + 150;
  const near = await desk.settle();
  assert.equal(near.kind === 'waits' && near.why, 'upgrade_near');
  desk.chain.upgradeAt = null;
  desk.chain.reorganise(3);
  const branch = await desk.settle();
  assert.equal(branch.kind === 'waits' && branch.why, 'wallet_branch');
  desk.mine(2);
  desk.wallet.earn(7n, 'hot');
  for (let tips = 0; tips < 3; tips += 1) {
    const gap = await desk.settle();
    assert.ok(gap.kind === 'waits' && gap.why === 'reconcile_gap');
    desk.mine(1);
  }
  assert.equal((await desk.commands.status()).control.hold?.reason, 'reconcile_gap');
  assert.equal(desk.wallet.calls.size, 0);
});

test('a wallet whose database was rebuilt is not called, until an operator accepts it', async () => {
  const desk = await PayoutDesk.open();
  const settled = await desk.until('settled');
  await desk.database.transact((queries) =>
    queries.run("INSERT INTO batch_txid (txid, batch, position, raw) VALUES ('never mined', ?, 1, '00')", [
      settled.position.id,
    ]),
  );
  await desk.owe('ann', 40_000_000n);
  desk.wallet.rebuild();
  await desk.settle();
  const { control } = await desk.commands.status();
  assert.equal(control.hold?.reason, 'wallet_changed');
  assert.equal(desk.wallet.calls.size, 1);
  await desk.commands.resume('all', OPERATOR);
  assert.equal((await desk.commands.status()).control.identity, 'seed-1/database-2');
  // What the old database alone knew is not asked of the new one.
  await desk.until('running');
});

test('a clock that is set by more than a minute stops payouts', async () => {
  const desk = await PayoutDesk.open();
  await desk.commands.setMode('plan', OPERATOR);
  await desk.settle();
  desk.clock.jump(61_000);
  await desk.settle();
  assert.equal((await desk.commands.status()).control.hold?.reason, 'clock_step');
});
