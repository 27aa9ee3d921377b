import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moneyFigures, parkAccount, type Queries, setPayee, unansweredBlocks } from '../src/index.ts';
import { fillBooks, inLedger } from './support/books.ts';
import { PayoutDesk } from './support/payout-desk.ts';

const figuresOf = (desk: PayoutDesk, minimum = 1_000_000n) =>
  desk.database.transact((queries) =>
    moneyFigures(queries, { chain: 'zcash', minimum, atMs: desk.clock.nowMs() }),
  );

test('what is due counts from the time at which an account was owed its minimum, and not what is below it', async () => {
  const desk = await PayoutDesk.open();
  await desk.owe('cem', 999_999n);
  const since = desk.clock.nowMs();
  desk.clock.pass(7_200_000);
  const { owed, due, paidMs, balances } = await figuresOf(desk);
  assert.equal(owed, 80_999_999n);
  assert.deepEqual(due, { accounts: 2, amount: 80_000_000n, sinceMs: since, unpayable: 0 });
  assert.equal(paidMs, null);
  assert.equal(balances['asset:hot'], 1_000_000_000n);
});

test('accounts that cannot be paid are counted apart, so that they do not look like overdue payouts', async () => {
  const desk = await PayoutDesk.open();
  await desk.database.transact(async (queries) => {
    const change = { chain: 'zcash', timeMs: desk.clock.nowMs(), actor: 'test', reason: 'a test' };
    await parkAccount(queries, { ...change, account: 'ann' });
    await setPayee(queries, { ...change, account: 'bob', payee: null });
  });
  desk.clock.pass(3 * 86_400_000);
  const { due } = await figuresOf(desk);
  assert.deepEqual(due, { accounts: 0, amount: 0n, sinceMs: null, unpayable: 2 });
});

test('a payout that is settled says when it was begun, and takes what is due away', async () => {
  const desk = await PayoutDesk.open();
  const begun = desk.clock.nowMs();
  await desk.until('settled');
  const { due, paidMs } = await figuresOf(desk);
  assert.equal(due.accounts, 0);
  assert.ok(paidMs !== null && paidMs >= begun && paidMs < desk.clock.nowMs());
});

test('fees and reserve are above zero where the pool has them', async () => {
  await inLedger(async (queries) => {
    await fillBooks(queries);
    const { balances } = await moneyFigures(queries, { chain: 'zcash', minimum: 1n, atMs: 10 });
    assert.equal(balances['equity:fee'], 9n, 'a hundredth of 750 and of 250, without fractions');
    assert.equal(balances['equity:pps'], 0n);
  });
});

async function block(
  queries: Queries,
  hash: string,
  changes: Readonly<Record<string, string | number | null>>,
) {
  const row = {
    chain: 'zcash',
    hash,
    what: 'block',
    number: 1,
    chain_name: 'zcash',
    dialect: 'zcash',
    work_group: 'g',
    digest: hash,
    found_ms: 1,
    account: 'ann',
    worker: 'ann',
    scheme: 'pplns',
    state: 'seen',
    generation: 1,
    is_expected_known: 0,
    depth: 3,
    next_ms: 1_000,
    ...changes,
  };
  const columns = Object.keys(row);
  await queries.run(
    `INSERT INTO block (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
    Object.values(row),
  );
}

test('a look is complete when each block has an answer: those that failed, got none or are due do not', async () => {
  await inLedger(async (queries) => {
    await fillBooks(queries);
    await block(queries, 'a', {});
    await block(queries, 'closed', { state: 'closed', next_ms: null, depth: null });
    assert.equal(await unansweredBlocks(queries, 'zcash', 999), 0);
    assert.equal(await unansweredBlocks(queries, 'zcash', 1_000), 1, 'it waits for its next look');
    await block(queries, 'b', { alarm: 'failed' });
    await block(queries, 'c', { depth: null, state: 'found' });
    await block(queries, 'd', { chain: 'truechain', depth: null });
    assert.equal(await unansweredBlocks(queries, 'zcash', 999), 2);
    const { blocks } = await moneyFigures(queries, { chain: 'zcash', minimum: 1n, atMs: 10 });
    assert.deepEqual([...blocks].toSorted(), [
      ['found', 1],
      ['seen', 2],
    ]);
  });
});
