// What wallets did to payouts of other programs, in public reports, each as a test of ours.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moneyFigures, PayoutService, postEntry, verifyLedger } from '@adit/ledger';
import { BATCH_MOVES, creditEntry, creditOf, matureEntry, RECOVERY, type WalletPayment } from '@adit/money';
import { Random } from '../simulator/random.ts';
import { SimBuildingWallet } from '../simulator/sim-building-wallet.ts';
import { changed, owedTo, paidTo } from '../support/changed-wallet.ts';
import { PayoutDesk } from '../support/payout-desk.ts';

const figuresOf = (desk: PayoutDesk) =>
  desk.database.transact((queries) =>
    moneyFigures(queries, { chain: 'zcash', minimum: 1_000_000n, atMs: desk.clock.nowMs() }),
  );

test('zcash 5598, zallet 402: a draft that pays something else than was planned is never signed', async () => {
  const desk = await PayoutDesk.open();
  // At every chance this wallet drafts a unit too much, or a fee of a whole coin.
  const wallet = new SimBuildingWallet(new Random(1), desk.chain, { lies: 1 });
  wallet.earn(1_000_000_000n);
  const away = wallet.draft.bind(wallet);
  wallet.draft = async (payment) => {
    for (;;)
      try {
        return await away(payment);
      } catch {
        // It does not answer: the test wants its draft.
      }
  };
  const answers = wallet.funds.bind(wallet);
  wallet.funds = async () => {
    for (;;)
      try {
        return await answers();
      } catch {
        // As above.
      }
  };
  const service = new PayoutService(desk.options, {
    ...desk.modules,
    wallet,
    broadcaster: wallet.broadcaster(),
  });
  for (let steps = 0; steps < 20; steps += 1) {
    await service.step();
    desk.mine(1);
  }
  const [held] = (await desk.commands.status()).held;
  assert.ok(
    ['draft_differs', 'fee_too_high'].includes(held?.position.reason ?? ''),
    held?.position.reason ?? 'none',
  );
  assert.deepEqual(wallet.made, []);
});

test('zallet 443: a wallet that says it has 0 while the books have money is called for nothing, and held', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) => changed(world, { funds: async () => ({ ...(await world.funds()), total: 0n }) }),
  });
  for (let tips = 0; tips < 4; tips += 1) {
    await desk.settle();
    desk.mine(1);
  }
  assert.equal((await desk.commands.status()).control.hold?.reason, 'reconcile_gap');
  assert.equal(desk.wallet.calls.size, 0);
});

test('zcash 1970, miningcore 649: what is too large for one transaction is split before the wallet is asked', async () => {
  const payments: WalletPayment[] = [];
  const desk = await PayoutDesk.open({
    wallet: (world) => ({
      ...changed(world, {
        start: (payment) => {
          payments.push(payment);
          return world.start(payment);
        },
      }),
      limits: { ...world.limits, mostPayees: 2 },
    }),
  });
  await desk.owe('cem', 20_000_000n);
  while ((await figuresOf(desk)).owed > 0n || (await desk.commands.status()).open !== undefined) {
    await desk.settle();
    desk.mine(1);
  }
  assert.deepEqual(payments.map(({ outputs }) => outputs.length).toSorted(), [1, 2]);
  for (const [receiver, amount] of [
    ['ann', 50_000_000n],
    ['bob', 30_000_000n],
    ['cem', 20_000_000n],
  ] as const)
    assert.equal(paidTo(desk, receiver), amount);
});

test('open-ethereum-pool 55, 395: a key that is locked for days shows since when accounts are due and that none was paid', async () => {
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, { start: async () => ({ kind: 'nothing_happened', why: 'the wallet is locked' }) }),
  });
  const since = desk.clock.nowMs();
  for (let tips = 0; tips < 20; tips += 1) {
    await desk.settle();
    desk.mine(1);
  }
  const { due, paidMs } = await figuresOf(desk);
  assert.deepEqual([due.accounts, due.amount, paidMs], [2, 80_000_000n, null]);
  assert.ok(due.sinceMs !== null && due.sinceMs <= since, 'refusals do not begin the time anew');
});

test('z-nomp 201, 219, 296: mature rewards are shielded whole, as a state of their own, before anything is paid of them', async () => {
  const desk = await PayoutDesk.open({ options: { keep: 1_000_000_000n } });
  const block = { chain: 'zcash', hash: 'reward', generation: 1 };
  const credit = creditOf(600_000_000n, { scores: new Map([['ann', 1n]]) }, () => ({
    feePpm: 0n,
    donation: null,
  }));
  await desk.database.transact(async (queries) => {
    await postEntry(queries, 'zcash', creditEntry(block, credit), desk.clock.nowMs());
    await postEntry(queries, 'zcash', matureEntry(block, credit, 'asset:coinbase'), desk.clock.nowMs());
  });
  desk.wallet.earn(600_000_000n, 'coinbase');
  const shielder = desk.wallet.shielder();
  const shielded: bigint[] = [];
  const service = new PayoutService(
    { ...desk.options, caps: { ...desk.options.caps, payment: 900_000_000n } },
    { ...desk.modules, shielder },
  );
  for (let steps = 0; steps < 120 && desk.wallet.calls.size === 0; steps += 1) {
    await service.step();
    desk.mine(1);
    shielded.push(...(await shielder.list(0)).map(({ value }) => value));
    if (shielded.length === 0) assert.equal(desk.wallet.calls.size, 0, 'nothing is paid before');
  }
  assert.deepEqual([...new Set(shielded)], [600_000_000n]);
  assert.equal(desk.wallet.calls.size, 1);
});

test('NOMP 363, z-nomp 183: a wallet that refuses again and again is offered the same amounts, never smaller ones', async () => {
  const offered: string[] = [];
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, {
        start: async ({ outputs }) => {
          offered.push(
            outputs
              .map(({ payee, amount }) => `${payee.receiver} ${amount}`)
              .toSorted()
              .join(),
          );
          return { kind: 'nothing_happened', why: 'insufficient funds' };
        },
      }),
  });
  for (let tips = 0; tips < 10; tips += 1) {
    await desk.settle();
    desk.mine(1);
  }
  assert.ok(offered.length > 1);
  assert.deepEqual([...new Set(offered)], ['ann 50000000,bob 30000000']);
  assert.equal(await owedTo(desk, 'ann'), 50_000_000n);
});

test('s-nomp 93, NOMP 553, 220: where the money does not suffice for all, those are paid for whom it does, and the others are seen to wait', async () => {
  const desk = await PayoutDesk.open({ options: { keep: 960_000_000n } });
  await desk.until('settled');
  assert.deepEqual([paidTo(desk, 'ann'), paidTo(desk, 'bob')], [0n, 30_000_000n]);
  const { due } = await figuresOf(desk);
  assert.deepEqual([due.accounts, due.amount], [1, 50_000_000n]);
  assert.deepEqual(await verifyLedger(desk.database), []);
});

test('yiimp 83, 32: every state of a batch has a next visit, and only the chain makes one paid', () => {
  for (const [state, moves] of Object.entries(BATCH_MOVES)) {
    const isOver = ['settled', 'released', 'discarded'].includes(state);
    assert.equal(moves.length === 0, isOver, state);
    assert.equal(RECOVERY[state as keyof typeof RECOVERY] === 'nothing', isOver, state);
    assert.equal(moves.includes('settled'), state === 'confirming', state);
  }
});
