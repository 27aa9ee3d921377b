import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayoutCommands, PayoutService, type PayoutWriter, verifyLedger } from '@adit/ledger';
import { OPERATOR, PayoutDesk } from './support/payout-desk.ts';

const SILENT = { name: 'olga', reason: '' };

/** Commands of another process; before each of its transactions `between` happens. */
function commandsBeside(desk: PayoutDesk, between: () => Promise<unknown>): PayoutCommands {
  const writer: PayoutWriter = {
    read: (work) => desk.database.read(work),
    transact: async (work) => {
      await between();
      return desk.database.transact(work);
    },
  };
  const modules = { ...desk.modules, writer };
  return new PayoutCommands(new PayoutService(desk.options, modules), modules);
}

test('a plan is not approved, nor are all payouts held, by an operator who gives no reason', async () => {
  const desk = await PayoutDesk.open();
  await desk.commands.setMode('approve', OPERATOR);
  await desk.settle();
  const [planned] = await desk.commands.list();
  const refused = { code: 'ADIT_PAYOUT_REFUSED' };
  await assert.rejects(desk.commands.approve(planned?.position.id ?? '', SILENT), refused);
  assert.equal((await desk.commands.list())[0]?.position.state, 'planned');
  await assert.rejects(desk.commands.hold('all', SILENT), refused);
  assert.equal((await desk.commands.status()).control.hold, null);
});

test('a mode is set although the ledger changes another switch at the same moment, and both changes hold', async () => {
  const desk = await PayoutDesk.open();
  const commands = commandsBeside(desk, () => desk.commands.hold('all', OPERATOR));
  await commands.setMode('plan', OPERATOR);
  const { control } = await desk.commands.status();
  assert.equal(control.mode, 'plan');
  assert.equal(control.hold?.reason, 'operator');
});

test('a resume changes nothing if payouts were held after the operator looked', async () => {
  const desk = await PayoutDesk.open();
  const commands = commandsBeside(desk, () => desk.commands.hold('all', OPERATOR));
  assert.equal((await commands.status()).control.hold, null);
  await assert.rejects(commands.resume('all', OPERATOR), { code: 'ADIT_PAYOUT_CHANGED' });
  assert.equal((await desk.commands.status()).control.hold?.reason, 'operator');
});

test('a batch is held although the ledger changes it at the same moment', async () => {
  const desk = await PayoutDesk.open();
  const { position } = await desk.until('sent');
  const commands = commandsBeside(desk, async () => {
    const batch = await desk.commands.show(position.id);
    await desk.service.teller.note(batch, { endedAt: 7 });
  });
  await commands.hold(position.id, OPERATOR);
  const held = await desk.commands.show(position.id);
  assert.equal(held.position.state, 'held');
  assert.equal(held.endedAt, 7);
});

test('what a person took out of the wallet is booked by a command, and payouts go on', async () => {
  const desk = await PayoutDesk.open();
  desk.wallet.earn(-100_000_000n, 'hot');
  for (let tips = 0; tips < 4; tips += 1) {
    await desk.settle();
    desk.mine(1);
  }
  assert.equal((await desk.commands.status()).control.hold?.reason, 'reconcile_gap');
  await assert.rejects(desk.commands.bookGap(SILENT), { code: 'ADIT_PAYOUT_REFUSED' });
  assert.equal((await desk.commands.bookGap(OPERATOR)).gap, -100_000_000n);
  assert.equal((await desk.commands.reconcile()).gap, 0n);
  await assert.rejects(desk.commands.bookGap(OPERATOR), /do not differ/);
  await desk.commands.resume('all', OPERATOR);
  await desk.until('settled');
  assert.deepEqual(await verifyLedger(desk.database), []);
});

test('a gap is not booked while a payment is on its way', async () => {
  const desk = await PayoutDesk.open();
  await desk.until('sent');
  desk.mine(1);
  await assert.rejects(desk.commands.bookGap(OPERATOR), { code: 'ADIT_PAYOUT_REFUSED' });
});
