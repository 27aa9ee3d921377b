// A wallet that pays something else than it was asked for.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { balanceOf, type StoredBatch, verifyLedger } from '@adit/ledger';
import type { WalletPayment } from '@adit/money';
import { changed, owedTo, paidTo } from './support/changed-wallet.ts';
import { OPERATOR, PayoutDesk, payeeOf } from './support/payout-desk.ts';

const REFUSED = { code: 'ADIT_PAYOUT_REFUSED' };

/** A desk whose wallet pays other outputs in its first transaction, and says that all is done. */
async function deskThatPays(
  outputs: (payment: WalletPayment) => WalletPayment['outputs'],
  context: TestContext,
  shows: 'all' | 'nothing' = 'all',
): Promise<PayoutDesk> {
  let isFirst = true;
  const desk = await PayoutDesk.open({
    wallet: (world) =>
      changed(world, {
        start: (payment) => {
          const asked = isFirst ? { ...payment, outputs: outputs(payment) } : payment;
          isFirst = false;
          return world.start(asked);
        },
        // A listing that is not whole says so.
        history: async (from) => {
          const history = await world.history(from);
          return shows === 'all' ? history : { ...history, sends: [], isComplete: false };
        },
      }),
  });
  context.after(() => desk.database.close());
  return desk;
}

const onlyAnn = ({ outputs }: WalletPayment) => outputs.filter(({ payee }) => payee.receiver === 'ann');

/** Resumes and names the transaction again and again. @returns the batch at the end */
async function insist(desk: PayoutDesk, held: StoredBatch): Promise<StoredBatch> {
  const { id, txids } = held.position;
  for (const order of ['resume', 'name', 'resume'] as const) {
    if (order === 'resume') await desk.commands.resume(id, OPERATOR);
    else await desk.commands.resolvePaid(id, txids[0] ?? '', OPERATOR);
    desk.mine(30);
    await desk.settle();
  }
  return desk.commands.show(id);
}

for (const [name, outputs] of [
  ['leaves a payee out', onlyAnn],
  [
    'pays a unit less',
    ({ outputs }: WalletPayment) =>
      outputs.map((one, i) => (i === 0 ? { ...one, amount: one.amount - 1n } : one)),
  ],
  [
    'pays somebody else too',
    ({ outputs }: WalletPayment) => [...outputs, { payee: payeeOf('mallory'), amount: 1_000n }],
  ],
] as const)
  test(`a transaction that ${name} is held, also when an operator resumes the batch and names the transaction`, async (context) => {
    const desk = await deskThatPays(outputs, context);
    const held = await desk.until('held');
    assert.equal(held.position.reason, 'match_partial');
    const after = await insist(desk, held);
    assert.equal(after.position.state, 'held');
    assert.equal(after.position.reason, 'match_partial');
    assert.equal(await owedTo(desk, 'bob'), 0n);
    await assert.rejects(desk.commands.resolveUnpaid(held.position.id, OPERATOR), REFUSED);
  });

test('a transaction in a block waits while the wallet does not list all: what it pays is not known', async (context) => {
  const desk = await deskThatPays(onlyAnn, context, 'nothing');
  const sent = await desk.until('sent');
  desk.mine(200);
  const last = await desk.settle();
  assert.deepEqual(
    [last.kind, (await desk.commands.show(sent.position.id)).position.state],
    ['waits', 'sent'],
  );
});

test('a person books what a transaction paid to whom: the rest is owed again, and paid by the next batch', async (context) => {
  const desk = await deskThatPays(onlyAnn, context);
  const { position } = await desk.until('held');
  const [txid = ''] = position.txids;
  const book = (ann: bigint, elsewhere = 0n, tx = txid) =>
    desk.commands.book(position.id, { txid: tx, paid: new Map([['ann', ann]]), elsewhere }, OPERATOR);
  await assert.rejects(book(50_000_000n), REFUSED);
  desk.mine(30);
  await assert.rejects(book(49_999_999n), /the wallet shows other payments/);
  await assert.rejects(book(50_000_000n, 1n), /the wallet shows other payments/);
  await assert.rejects(book(50_000_000n, 0n, 'ff'.repeat(32)), REFUSED);
  await book(50_000_000n);
  assert.equal(await owedTo(desk, 'bob'), 30_000_000n);
  await desk.settle();
  desk.mine(60);
  await desk.until('settled');
  for (let rounds = 0; rounds < 4; rounds += 1) {
    await desk.settle();
    desk.mine(30);
  }
  assert.equal(paidTo(desk, 'ann'), 50_000_000n);
  assert.equal(paidTo(desk, 'bob'), 30_000_000n);
  assert.deepEqual(await verifyLedger(desk.database), []);
  assert.equal((await desk.commands.reconcile()).gap, 0n);
});

test('a payee that got a part is owed the rest, and what went elsewhere is in suspense', async (context) => {
  const desk = await deskThatPays(
    ({ outputs: [ann, bob] }) =>
      ann === undefined || bob === undefined
        ? []
        : [
            { ...ann, amount: ann.amount + 7n },
            { ...bob, amount: 10_000_000n },
            { payee: payeeOf('mallory'), amount: 1_000n },
          ],
    context,
  );
  const { position } = await desk.until('held');
  desk.mine(30);
  const [ann, bob] = position.txids.length === 1 ? [50_000_007n, 10_000_000n] : [0n, 0n];
  const paid = new Map([
    ['ann', ann],
    ['bob', bob],
  ]);
  const [txid = ''] = position.txids;
  await desk.commands.book(position.id, { txid, paid, elsewhere: 1_000n }, OPERATOR);
  assert.equal(await owedTo(desk, 'bob'), 20_000_000n);
  assert.equal(await owedTo(desk, 'ann'), 0n);
  assert.equal(await desk.database.read((queries) => balanceOf(queries, 'zcash', 'suspense')), 1_007n);
  assert.deepEqual(await verifyLedger(desk.database), []);
  assert.equal((await desk.commands.reconcile()).gap, 0n);
});

test('a transaction that neither wallet nor nodes have cannot be named', async (context) => {
  const desk = await deskThatPays(onlyAnn, context);
  const { position } = await desk.until('held');
  await assert.rejects(
    desk.commands.resolvePaid(position.id, 'nobody', OPERATOR),
    /the wallet does not list/,
  );
  assert.equal((await desk.commands.show(position.id)).position.state, 'held');
});
