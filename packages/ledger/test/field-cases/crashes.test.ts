// Processes that end, fail or run twice in the middle of a payout (T26, T27), each as a test of ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PayoutService, verifyLedger } from '@adit/ledger';
import { type DueAccount, planPayouts } from '@adit/money';
import { Killed, SimProcess } from '../simulator/sim-process.ts';
import { SIM_LIMITS } from '../simulator/sim-wallet-facts.ts';
import { paidTo } from '../support/changed-wallet.ts';
import { PayoutDesk } from '../support/payout-desk.ts';

/** The places of one payout up to its transaction's id; behind it the wallet is only asked. `npm run simulate` has all others. */
const PLACES = 24;

test('T26: a payout that is killed before or behind any call of its wallet is made once', async () => {
  let killed = 0;
  for (let place = 0; place < PLACES; place += 1) {
    const desk = await PayoutDesk.open();
    const process = new SimProcess('first', () => {});
    process.killIn = place;
    const wallet = process.around(desk.wallet);
    const service = new PayoutService(desk.options, { ...desk.modules, wallet });
    try {
      for (let steps = 0; steps < 30; steps += 1) if ((await service.step()).kind === 'waits') desk.mine(1);
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      killed += 1;
    }
    desk.restart();
    await desk.until('settled');
    assert.deepEqual([...desk.wallet.calls.values()], [1], `killed at place ${place}`);
    assert.equal(paidTo(desk, 'ann'), 50_000_000n);
    await desk.database.close();
  }
  assert.ok(killed > 10, `${killed} places`);
});

test('T26, miningcore 215, 950: a transaction that fails leaves neither a state without its entries nor entries without their state', async () => {
  let failed = 0;
  for (let failing = 1; failing <= 12; failing += 1) {
    const desk = await PayoutDesk.open();
    let count = 0;
    const { writer } = desk.modules;
    const service = new PayoutService(desk.options, {
      ...desk.modules,
      writer: {
        read: (work) => writer.read(work),
        transact: (work) =>
          writer.transact(async (queries) => {
            const done = await work(queries);
            count += 1;
            if (count === failing) throw new Error('the commit fails');
            return done;
          }),
      },
    });
    for (let steps = 0; steps < 40; steps += 1)
      try {
        if ((await service.step()).kind === 'waits') desk.mine(2);
      } catch {
        failed += 1;
        assert.deepEqual(await verifyLedger(desk.database), []);
      }
    const [batch] = await desk.commands.list();
    assert.equal(batch?.position.state, 'settled', `transaction ${failing} failed`);
    assert.equal(paidTo(desk, 'bob'), 30_000_000n);
    assert.deepEqual(await verifyLedger(desk.database), []);
    await desk.database.close();
  }
  assert.ok(failed >= 8);
});

test('T27: two processes that pay at once make one payment', async () => {
  const desk = await PayoutDesk.open();
  const second = new PayoutService(desk.options, desk.modules);
  for (let rounds = 0; rounds < 40; rounds += 1) {
    await Promise.allSettled([desk.service.step(), second.step()]);
    desk.mine(1);
  }
  assert.ok([...desk.wallet.calls.values()].every((calls) => calls === 1));
  assert.deepEqual([paidTo(desk, 'ann'), paidTo(desk, 'bob')], [50_000_000n, 30_000_000n]);
});

test('T27: a reorganisation between plan and payment, and one behind it, change nothing of what is paid', async () => {
  const desk = await PayoutDesk.open();
  const { witness } = desk.modules;
  let isGone = false;
  desk.service = new PayoutService(desk.options, {
    ...desk.modules,
    witness: {
      ...witness,
      place: async (txid) => (isGone ? { kind: 'absent' } : witness.place(txid)),
    },
  });
  await desk.service.step();
  desk.chain.reorganise(5);
  const { position } = await desk.until('confirming');
  isGone = true;
  await desk.settle();
  const { position: now } = await desk.commands.show(position.id);
  assert.equal(now.state, 'sent', 'it may exist, and is not paid');
  isGone = false;
  await desk.until('settled');
  assert.deepEqual([...desk.wallet.calls.values()], [1]);
  assert.equal(paidTo(desk, 'ann'), 50_000_000n);
});

test('T27: ten thousand payees, half of them twice, are planned once each, whole, within every bound', () => {
  const due: DueAccount[] = Array.from({ length: 10_000 }, (_, i) => ({
    account: `m${i}`,
    owed: 1_000_000n + BigInt(i),
    minimum: 1n,
    dueSinceMs: i % 7,
    payee: { address: `t${i % 5_000}`, receiver: `r${i % 5_000}`, kind: 'p2pkh' },
    isParked: false,
  }));
  const { batches, parked } = planPayouts(due, {
    minimum: 1_000_000n,
    paymentCap: 10_000_000n,
    batchCap: 10n ** 12n,
    leftToday: 10n ** 12n,
    spendable: 10n ** 12n,
    keep: 0n,
    ownReceivers: new Set(),
    wallet: SIM_LIMITS,
    feeBorneBy: 'pool',
    mostBatches: 10_000,
  });
  const items = batches.flatMap(({ outputs }) => outputs.flatMap((output) => output.items));
  assert.equal(parked.length, 0);
  assert.equal(new Set(items.map(({ account }) => account)).size, 10_000);
  assert.equal(items.length, 10_000);
  for (const { outputs } of batches) {
    assert.ok(outputs.length <= SIM_LIMITS.mostPayees);
    assert.equal(new Set(outputs.map(({ payee }) => payee.receiver)).size, outputs.length);
  }
});
