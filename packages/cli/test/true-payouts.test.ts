import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balanceOf, verifyLedger } from '@adit/ledger';
import { openAccount } from '@adit/money';
import { ANN, COIN, OPERATOR, REFUSING, TrueDesk } from './support/true-desk.ts';

/** The books are whole, and the account has what they say. */
async function checkBooks(desk: TrueDesk, gap = 0n): Promise<void> {
  assert.deepEqual(await verifyLedger(desk.database), []);
  assert.equal((await desk.commands.reconcile()).gap, gap);
}
const owed = (desk: TrueDesk, account: string) =>
  desk.database.read(
    async (queries) => -(await balanceOf(queries, 'truechain', openAccount('miner', account))),
  );

test('each payee of TrueChain gets one payment with a nonce of its own, settled at twelve fast blocks with the fee that it had', async () => {
  await TrueDesk.with(async (desk) => {
    const batch = await desk.until('settled');
    assert.deepEqual(desk.got, [5n, 3n]);
    assert.deepEqual(
      batch.items.map(({ nonce }) => nonce),
      [0n, 1n],
    );
    assert.equal(batch.feeReal, 2n * 21_000n * 1_000_000n);
    assert.equal(await owed(desk, 'ann'), 0n);
    await checkBooks(desk);
    desk.mine(30);
    await desk.settle();
    assert.deepEqual(desk.got, [5n, 3n]);
  });
});

for (const nextPayment of ['error_but_taken', 'taken_later', 'never_taken', 'other_hash'] as const)
  test(`payments settle once, whatever a node says: ${nextPayment}`, async () => {
    await TrueDesk.with(async (desk) => {
      desk.devnet.orderPayments({ nextPayment });
      await desk.until('settled');
      assert.deepEqual(desk.got, [5n, 3n]);
      await checkBooks(desk);
    });
  });

test('a process that ends at any step goes on with the same bytes', async () => {
  await TrueDesk.with(async (desk) => {
    for (const state of ['reserved', 'drafting', 'finishing', 'ready', 'sent', 'confirming']) {
      await desk.until(state);
      desk.restart();
    }
    const { transactions } = await desk.until('settled');
    assert.equal(transactions.length, 2);
    assert.deepEqual(desk.got, [5n, 3n]);
    await checkBooks(desk);
  });
});

test('payments that a node forgot, and that a reorganisation took out, are sent again with the same bytes', async () => {
  await TrueDesk.with(async (desk) => {
    desk.devnet.orderPayments({ holdPool: true });
    await desk.until('sent');
    await desk.settle();
    desk.devnet.forgetPool();
    desk.devnet.orderPayments({ holdPool: false });
    await desk.until('confirming');
    desk.devnet.reorgFast(10, { keep: false });
    assert.deepEqual(desk.got, [0n, 0n]);
    await desk.until('settled');
    assert.deepEqual(desk.got, [5n, 3n]);
    await checkBooks(desk);
  });
});

test('a node that is behind settles nothing: both have to show the same block', async () => {
  await TrueDesk.with(async (desk) => {
    await desk.until('confirming');
    desk.devnet.fallBehind(40);
    desk.mine(20);
    const waits = await desk.settle();
    assert.equal(waits.kind === 'waits' && waits.why, 'nodes_disagree');
    desk.devnet.fallBehind(0);
    await desk.until('settled');
  });
});

test('a foreign transaction with our nonce holds the batch; only when it is final is that balance given back', async () => {
  await TrueDesk.with(async (desk) => {
    desk.devnet.orderPayments({ holdPool: true });
    const { position } = await desk.until('sent');
    await desk.settle();
    await desk.steal(1n, `0x${'ee'.repeat(20)}`, 2n * COIN);
    desk.devnet.orderPayments({ holdPool: false });
    const held = await desk.until('held');
    assert.equal(held.position.reason, 'foreign_nonce');
    await assert.rejects(desk.commands.resolveUnpaid(position.id, OPERATOR), {
      code: 'ADIT_PAYOUT_REFUSED',
      message: /nonce_final/,
    });
    desk.mine(20);
    await desk.commands.resolveUnpaid(position.id, OPERATOR);
    await desk.commands.resume(position.id, OPERATOR);
    const settled = await desk.until('settled');
    assert.deepEqual(
      settled.items.map(({ isReleased }) => isReleased),
      [false, true],
    );
    assert.deepEqual(desk.got, [5n, 0n]);
    assert.equal(await owed(desk, 'bob'), 3n * COIN);
    // What was stolen is missing, and nothing is paid until a person has looked.
    await checkBooks(desk, -(2n * COIN + 21_000n * 10n ** 9n));
  });
});

test('nothing is signed while the chain counts more transactions of the account than the ledger', async () => {
  await TrueDesk.with(async (desk) => {
    await desk.until('settled');
    await desk.steal(2n, `0x${'ee'.repeat(20)}`, 0n);
    desk.mine(5);
    await desk.owe('cem', COIN, `0x${'c3'.repeat(20)}`);
    // Its fee is missing in the books, which stops payouts before anybody counts.
    const gap = await desk.settle();
    assert.equal(gap.kind === 'waits' && gap.why, 'reconcile_gap');
    await desk.commands.bookGap(OPERATOR);
    const counted = await desk.settle();
    assert.equal(counted.kind === 'waits' && counted.why, 'held');
    assert.equal((await desk.commands.status()).control.hold?.reason, 'foreign_nonce');
    assert.equal((await desk.commands.list()).filter(({ draft }) => draft !== null).length, 1);
  });
});

test('a cancelled payment is given back when its cancellation is final, and never paid', async () => {
  await TrueDesk.with(async (desk) => {
    desk.devnet.orderPayments({ holdPool: true });
    const { position } = await desk.until('sent');
    await desk.settle();
    assert.equal(await desk.commands.replace(position.id, 'cancel', OPERATOR), 2);
    assert.equal(await owed(desk, 'ann'), 0n);
    await desk.settle();
    desk.devnet.orderPayments({ holdPool: false });
    const settled = await desk.until('settled');
    assert.ok(settled.items.every(({ isReleased }) => isReleased));
    assert.deepEqual(desk.got, [0n, 0n]);
    assert.equal(await owed(desk, 'ann'), 5n * COIN);
    await checkBooks(desk);
  });
});

test('a dearer payment in the place of one that waits pays once', async () => {
  await TrueDesk.with(async (desk) => {
    desk.devnet.orderPayments({ holdPool: true });
    const { position } = await desk.until('sent');
    await desk.settle();
    await desk.commands.replace(position.id, 'speed_up', OPERATOR);
    await desk.settle();
    desk.devnet.orderPayments({ holdPool: false });
    const settled = await desk.until('settled');
    assert.equal(settled.feeReal, 2n * 21_000n * 1_100_000n);
    assert.deepEqual(desk.got, [5n, 3n]);
    await checkBooks(desk);
  });
});

test('a contract that refuses money gets its account set aside, and all others are paid', async () => {
  await TrueDesk.with(async (desk) => {
    await desk.owe('eve', COIN, REFUSING);
    await desk.until('settled');
    assert.deepEqual(desk.got, [5n, 3n]);
    assert.equal(await owed(desk, 'eve'), COIN);
    assert.equal((await desk.service.plan()).parked[0]?.reason, 'parked');
    await checkBooks(desk);
  });
});

test('the account itself is never a payee', async () => {
  await TrueDesk.with(async (desk) => {
    await desk.owe('own', COIN, desk.wallet.account);
    const { parked } = await desk.service.plan();
    assert.deepEqual(
      parked.map(({ account, reason }) => [account, reason]),
      [['own', 'own_address']],
    );
    assert.notEqual(desk.wallet.account, ANN);
  });
});
