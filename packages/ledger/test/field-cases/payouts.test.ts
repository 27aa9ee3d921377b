// What went wrong with payouts of other programs, in public reports, each as a test of ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyLedger } from '@adit/ledger';
import type { WalletPayment } from '@adit/money';
import { OWN } from '../simulator/sim-wallet-facts.ts';
import { changed, owedTo, paidTo } from '../support/changed-wallet.ts';
import { DESK_OPTIONS, OPERATOR, PayoutDesk, payeeOf } from '../support/payout-desk.ts';

test('miningcore 244, zcash 2438: a restart in the middle of the call, before the operation is stored, pays once', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, {
        start: async (payment) => {
          await world.start(payment);
          throw new Error('the process ends here');
        },
      }),
  });
  await assert.rejects(desk.settle());
  desk.restart();
  const settled = await desk.until('settled');
  assert.deepEqual([...desk.wallet.calls.values()], [1]);
  assert.equal(settled.operation, null);
  assert.equal(paidTo(desk, 'ann'), 50_000_000n);
});

test('zcash 5290, 1937, 6498: an operation that nobody knows any more is looked for by its mark, and is not failed', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) => changed(world, { poll: async () => ({ kind: 'doubt', why: 'unknown operation' }) }),
  });
  const settled = await desk.until('settled');
  assert.deepEqual([...desk.wallet.calls.keys()], [settled.position.id]);
});

test('miningcore 239: a wallet that says "not enough" and has sent all the same pays once', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, {
        start: async (payment) => {
          await world.start(payment);
          return { kind: 'doubt', why: 'insufficient funds' };
        },
      }),
  });
  await desk.until('settled');
  assert.equal(paidTo(desk, 'bob'), 30_000_000n);
  assert.equal(await owedTo(desk, 'bob'), 0n);
});

test('zcash 3312, 4175: a success that no node ever has is released once, by its expiry and a margin, and paid again', async () => {
  const sent: WalletPayment[] = [];
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, {
        start: (payment) => {
          sent.push(payment);
          return world.start(payment);
        },
      }),
  });
  desk.chain.receive = () => undefined;
  const batch = await desk.until('sent');
  const [made] = desk.wallet.made;
  assert.ok(made);
  while (desk.chain.height < made.expiry + 99) {
    desk.mine(1);
    await desk.settle();
  }
  assert.equal((await desk.commands.show(batch.position.id)).position.state, 'sent');
  const released = await desk.until('released', 5);
  assert.equal(released.position.id, batch.position.id);
  Reflect.deleteProperty(desk.chain, 'receive');
  await desk.until('settled');
  assert.equal(sent.length, 2);
  assert.equal(paidTo(desk, 'ann'), 50_000_000n);
});

test('miningcore 954, NOMP 705: one payee that cannot be paid is set aside, and all others are paid', async () => {
  const desk = await PayoutDesk.open();
  await desk.owe('tex', 20_000_000n, { address: 'tex1', receiver: 'tex', kind: 'tex' });
  const plan = await desk.service.plan();
  assert.deepEqual(plan.parked, [{ account: 'tex', owed: 20_000_000n, reason: 'wallet_cannot_pay' }]);
  await desk.until('settled');
  assert.equal(paidTo(desk, 'ann'), 50_000_000n);
  assert.equal(await owedTo(desk, 'tex'), 20_000_000n);
});

test('knomp 10: an address of the pool itself is never a payee', async () => {
  const desk = await PayoutDesk.open();
  await desk.owe('own', 20_000_000n, OWN);
  assert.deepEqual((await desk.service.plan()).parked, [
    { account: 'own', owed: 20_000_000n, reason: 'own_address' },
  ]);
});

test('NOMP 417: one receiver in two spellings is one output', async () => {
  const desk = await PayoutDesk.open();
  await desk.owe('ann-2', 20_000_000n, { ...payeeOf('ann'), address: 'u-of-ann' });
  await desk.until('settled');
  assert.deepEqual(
    desk.wallet.made[0]?.outputs.filter(({ receiver }) => receiver === 'ann'),
    [{ receiver: 'ann', amount: 70_000_000n }],
  );
});

test('open-ethereum-pool 216: an operator cannot declare a payment unpaid that can still be mined', async () => {
  const desk = await PayoutDesk.open();
  desk.chain.receive = () => undefined;
  const { position } = await desk.until('sent');
  await desk.commands.hold(position.id, OPERATOR);
  await assert.rejects(desk.commands.resolveUnpaid(position.id, OPERATOR), { code: 'ADIT_PAYOUT_REFUSED' });
  desk.mine(200);
  await desk.commands.resolveUnpaid(position.id, OPERATOR);
  assert.equal(await owedTo(desk, 'ann'), 50_000_000n);
});

test('open-ethereum-pool 89, z-nomp 5: the fee is part of the plan, so money that just suffices for payees is not planned away', async () => {
  const desk = await PayoutDesk.open({ options: { keep: 920_000_000n } });
  // The wallet has 1,000,000,000: behind what it keeps there are 80,000,000, and the fee is still to come.
  const { batches, waiting } = await desk.service.plan();
  assert.equal(batches[0]?.gross, 50_000_000n);
  assert.equal(waiting.get('not_spendable')?.accounts, 1);
});

test('z-nomp 146, 179: an operation that never ends becomes a search, and a second call is never made', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) => changed(world, { poll: async () => ({ kind: 'running' }) }),
  });
  await desk.until('running');
  desk.mine(70);
  await desk.until('settled');
  assert.deepEqual([...desk.wallet.calls.values()], [1]);
});

test('z-nomp 199: an amount above a cap is set aside by name', async () => {
  const desk = await PayoutDesk.open({ options: { caps: { ...DESK_OPTIONS.caps, payment: 40_000_000n } } });
  assert.deepEqual((await desk.service.plan()).parked, [
    { account: 'ann', owed: 50_000_000n, reason: 'above_payment_cap' },
  ]);
  const settled = await desk.until('settled');
  assert.deepEqual(
    settled.items.map(({ account, gross }) => [account, gross]),
    [['bob', 30_000_000n]],
  );
});

test('miningcore 1672: an answer that cannot be read is a doubt', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) => changed(world, { poll: () => Promise.reject(new SyntaxError('Unexpected token <')) }),
  });
  await assert.rejects(desk.settle());
  const open = (await desk.commands.status()).open;
  assert.equal(open?.position.state, 'running');
  await assert.rejects(desk.settle());
  assert.deepEqual([...desk.wallet.calls.values()], [1]);
});

test('btcpayserver 6540: a job that runs ten times at once pays once', async () => {
  const desk = await PayoutDesk.open();
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => desk.service.step()));
  assert.ok(results.some(({ status }) => status === 'fulfilled'));
  await desk.until('settled');
  const ids = [...desk.wallet.calls.entries()];
  assert.ok(ids.every(([, calls]) => calls === 1));
  assert.equal(paidTo(desk, 'ann'), 50_000_000n);
  assert.deepEqual(await verifyLedger(desk.database), []);
});

test('zcash 4138, zallet 634: a balance that is wrong for days stops payouts, and shows by how much', async () => {
  const desk = await PayoutDesk.open();
  desk.wallet.earn(-123n, 'hot');
  const { gap } = await desk.commands.reconcile();
  assert.equal(gap, -123n);
  for (let tips = 0; tips < 4; tips += 1) {
    await desk.settle();
    desk.mine(1);
  }
  assert.equal((await desk.commands.status()).control.hold?.detail.includes('-123'), true);
  assert.equal(desk.wallet.calls.size, 0);
});

test('DFXswiss 4249: a payment that several transactions may have made is for a person, and everything else waits', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, {
        poll: async () => ({ kind: 'doubt', why: 'unknown operation' }),
        history: async (from) => {
          const history = await world.history(from);
          const [first] = history.sends;
          return first === undefined
            ? history
            : { ...history, sends: [...history.sends, { ...first, txid: 'twin' }] };
        },
      }),
  });
  const held = await desk.until('held');
  assert.equal(held.position.reason, 'matches_several');
  await desk.owe('cem', 30_000_000n);
  desk.mine(50);
  await desk.settle();
  assert.equal(desk.wallet.calls.size, 1);
});
