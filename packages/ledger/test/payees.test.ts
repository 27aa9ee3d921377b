import assert from 'node:assert/strict';
import { test } from 'node:test';
import { auditRows, payeeAt, payeesAt, payeesOf, type Queries, setPayee } from '@adit/ledger';
import { PAYEE_WAIT_MS, type Payee } from '@adit/money';
import { inLedger } from './support/books.ts';

const [OLD, NEW, THIEF]: readonly Payee[] = ['t1old', 't1new', 't1thief'].map((address) => ({
  address,
  receiver: `p2pkh:${address}`,
  kind: 'p2pkh',
}));

function set(queries: Queries, payee: Payee | null | undefined, timeMs: number, account = 'ann') {
  return setPayee(queries, {
    chain: 'zcash',
    account,
    payee: payee ?? null,
    timeMs,
    actor: 'test',
    reason: 'asked',
  });
}

async function addressAt(queries: Queries, atMs: number, account = 'ann') {
  return (await payeeAt(queries, 'zcash', account, atMs))?.address ?? null;
}

test('the first payee of an account counts at once, and the next one after 48 hours', () =>
  inLedger(async (queries) => {
    assert.equal(await addressAt(queries, 0), null);
    assert.equal(await set(queries, OLD, 10), 10);
    assert.equal(await addressAt(queries, 9), null);
    assert.equal(await addressAt(queries, 10), 't1old');
    assert.equal(await set(queries, NEW, 20), 20 + PAYEE_WAIT_MS);
    assert.equal(await addressAt(queries, 19 + PAYEE_WAIT_MS), 't1old');
    assert.equal(await addressAt(queries, 20 + PAYEE_WAIT_MS), 't1new');
  }));

test('an owner that sets the old payee again while another one waits is never paid to the other one', () =>
  inLedger(async (queries) => {
    await set(queries, OLD, 10);
    await set(queries, THIEF, 20);
    assert.equal(await set(queries, OLD, 30), 30);
    for (const atMs of [30, 19 + PAYEE_WAIT_MS, 20 + PAYEE_WAIT_MS, 10 * PAYEE_WAIT_MS])
      assert.equal(await addressAt(queries, atMs), 't1old', String(atMs));
  }));

test('a payee that waits is given up when a third one is set, which waits from then on', () =>
  inLedger(async (queries) => {
    await set(queries, OLD, 10);
    await set(queries, THIEF, 20);
    assert.equal(await set(queries, NEW, 1_000), 1_000 + PAYEE_WAIT_MS);
    assert.equal(await addressAt(queries, 999 + PAYEE_WAIT_MS), 't1old');
    assert.equal(await addressAt(queries, 1_000 + PAYEE_WAIT_MS), 't1new');
  }));

test('a payee that counts stays when a later one begins to wait in the same millisecond', () =>
  inLedger(async (queries) => {
    await set(queries, OLD, 10);
    await set(queries, NEW, 10);
    assert.equal(await addressAt(queries, 10), 't1old');
    assert.equal(await addressAt(queries, 10 + PAYEE_WAIT_MS), 't1new');
  }));

test('nobody is paid at once, and whoever comes after nobody waits', () =>
  inLedger(async (queries) => {
    await set(queries, OLD, 10);
    assert.equal(await set(queries, null, 20), 20);
    assert.equal(await addressAt(queries, 20), null);
    assert.equal(await set(queries, THIEF, 30), 30 + PAYEE_WAIT_MS);
    assert.equal(await addressAt(queries, 30), null);
  }));

test('the same payee again writes nothing', () =>
  inLedger(async (queries) => {
    await set(queries, OLD, 10);
    assert.equal(await set(queries, OLD, 20), undefined);
    await set(queries, NEW, 30);
    assert.equal(await set(queries, NEW, 40), undefined);
    assert.deepEqual(
      (await payeesOf(queries, 'zcash', 'ann')).map(({ setMs, payee }) => [setMs, payee?.address]),
      [
        [10, 't1old'],
        [30, 't1new'],
      ],
    );
    const rows = await auditRows(queries, { after: 0, limit: 10 });
    assert.deepEqual(
      rows.map(({ action, subject, timeMs }) => [action, subject, timeMs]),
      [
        ['payee', 'account:zcash:ann', 10],
        ['payee', 'account:zcash:ann', 30],
      ],
    );
  }));

test('payees of many accounts are read at once, each chain for itself', () =>
  inLedger(async (queries) => {
    const accounts = Array.from({ length: 150 }, (_, i) => `miner ${i}`);
    for (const account of accounts.slice(1)) await set(queries, OLD, 10, account);
    const payees = await payeesAt(queries, 'zcash', accounts, 10);
    assert.equal(payees.size, 149);
    assert.equal(payees.get('miner 0'), undefined);
    assert.deepEqual(payees.get('miner 149'), OLD);
    assert.equal((await payeesAt(queries, 'ycash', accounts, 10)).size, 0);
  }));

test('an account without a name is refused', () =>
  inLedger(async (queries) => {
    await assert.rejects(set(queries, OLD, 10, ''), { code: 'ADIT_BAD_ACCOUNT' });
  }));
