import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  accountOf,
  auditRows,
  dueAccounts,
  parkAccount,
  postEntry,
  type Queries,
  setPayee,
  setTerms,
  unparkAccount,
} from '@adit/ledger';
import {
  creditEntry,
  type DueAccount,
  matureEntry,
  orphanLateEntry,
  releaseEntry,
  reserveEntry,
} from '@adit/money';
import { BLOCK, CREDIT, CREDITED, inLedger, MATURE } from './support/books.ts';

const PARK = { chain: 'zcash', account: 'ann', timeMs: 9, actor: 'olga', reason: 'stolen password' };
const DUE = { atMs: 1_000, poolMinimum: 1n };

async function prepare(queries: Queries, minimum: bigint): Promise<void> {
  await setTerms(queries, {
    chain: 'zcash',
    account: '',
    terms: { feePpm: 10_000n, donation: null, minimum },
    timeMs: 1,
    actor: 'test',
    reason: 'configuration',
  });
}

/** Credits another block and makes it mature: ann gets 743, bob 248. */
async function earn(queries: Queries, hash: string, timeMs: number): Promise<void> {
  const block = { ...BLOCK, hash };
  await postEntry(queries, 'zcash', creditEntry(block, CREDIT), timeMs - 1);
  await postEntry(queries, 'zcash', matureEntry(block, CREDIT, 'asset:hot'), timeMs);
}

async function dueOf(queries: Queries, account: string, options = DUE): Promise<DueAccount | undefined> {
  return (await dueAccounts(queries, 'zcash', options)).find((due) => due.account === account);
}

test('an account exists since its first entry', () =>
  inLedger(async (queries) => {
    assert.equal(await accountOf(queries, 'zcash', 'ann'), undefined);
    await postEntry(queries, 'zcash', CREDITED, 7);
    await postEntry(queries, 'zcash', MATURE, 8);
    assert.deepEqual(await accountOf(queries, 'zcash', 'ann'), { name: 'ann', sinceMs: 7, parked: null });
    assert.equal(await accountOf(queries, 'ycash', 'ann'), undefined);
  }));

test('an account is parked with a reason, and released again, each once in the audit', () =>
  inLedger(async (queries) => {
    assert.equal(await parkAccount(queries, PARK), true);
    assert.equal(await parkAccount(queries, PARK), false);
    assert.equal((await accountOf(queries, 'zcash', 'ann'))?.parked, 'stolen password');
    assert.equal(await unparkAccount(queries, { ...PARK, reason: 'new password' }), true);
    assert.equal(await unparkAccount(queries, PARK), false);
    assert.equal((await accountOf(queries, 'zcash', 'ann'))?.parked, null);
    assert.deepEqual(
      (await auditRows(queries, { after: 0, limit: 9 })).map(({ actor, action, content }) => [
        actor,
        action,
        content,
      ]),
      [
        ['olga', 'park', '{"account":"ann","chain":"zcash","reason":"stolen password"}'],
        ['olga', 'unpark', '{"account":"ann","chain":"zcash","reason":"new password"}'],
      ],
    );
  }));

test('due accounts have their balance, minimum, payee and whether they are parked', () =>
  inLedger(async (queries) => {
    await prepare(queries, 300n);
    await earn(queries, '1', 10);
    const payee = { address: 't1ann', receiver: 'p2pkh:ann', kind: 'p2pkh' } as const;
    await setPayee(queries, { ...PARK, payee });
    await parkAccount(queries, { ...PARK, account: 'bob' });
    assert.deepEqual(await dueAccounts(queries, 'zcash', DUE), [
      { account: 'ann', owed: 743n, minimum: 300n, dueSinceMs: 10, payee, isParked: false },
      { account: 'bob', owed: 248n, minimum: 300n, dueSinceMs: 1_000, payee: null, isParked: true },
    ]);
    assert.deepEqual(
      await dueAccounts(queries, 'ycash', { ...DUE }).catch((error) => error.code),
      'ADIT_LEDGER_TERMS',
    );
  }));

test('an account is due since its balance reached the minimum, whenever that is asked', () =>
  inLedger(async (queries) => {
    await prepare(queries, 1_400n);
    await earn(queries, '1', 10);
    await earn(queries, '2', 20);
    await earn(queries, '3', 30);
    assert.equal((await dueOf(queries, 'ann'))?.dueSinceMs, 20);
    assert.equal((await dueOf(queries, 'ann', { atMs: 5_000, poolMinimum: 1n }))?.dueSinceMs, 20);
  }));

test('the larger one of both minimums counts', () =>
  inLedger(async (queries) => {
    await prepare(queries, 1n);
    await earn(queries, '1', 10);
    await earn(queries, '2', 20);
    assert.equal((await dueOf(queries, 'ann', { atMs: 50, poolMinimum: 1_000n }))?.dueSinceMs, 20);
  }));

test('an account that was paid is due anew when its balance reaches the minimum again', () =>
  inLedger(async (queries) => {
    await prepare(queries, 700n);
    await earn(queries, '1', 10);
    assert.equal((await dueOf(queries, 'ann'))?.dueSinceMs, 10);
    const items = [{ account: 'ann', gross: 743n }];
    await postEntry(queries, 'zcash', reserveEntry({ chain: 'zcash', id: 'b1' }, items), 15);
    // Nobody asks while nothing is due.
    await earn(queries, '2', 20);
    assert.equal((await dueOf(queries, 'ann'))?.dueSinceMs, 20);
  }));

test('an account whose batch was given back has been due all the time, also if it was asked in between', () =>
  inLedger(async (queries) => {
    await prepare(queries, 700n);
    await earn(queries, '1', 10);
    for (const [id, at] of [
      ['b1', 15],
      ['b2', 30],
    ] as const) {
      const reserve = reserveEntry({ chain: 'zcash', id }, [{ account: 'ann', gross: 743n }]);
      await postEntry(queries, 'zcash', reserve, at);
      await dueOf(queries, 'ann');
      await postEntry(queries, 'zcash', releaseEntry({ chain: 'zcash', id }, reserve), at + 5);
      assert.equal((await dueOf(queries, 'ann'))?.dueSinceMs, 10);
    }
  }));

test('an account whose balance is below a new minimum is not due any more, and its time begins anew', () =>
  inLedger(async (queries) => {
    await prepare(queries, 700n);
    await earn(queries, '1', 10);
    await dueOf(queries, 'ann');
    const raised = { feePpm: null, donation: null, minimum: 1_000n };
    await setTerms(queries, { ...PARK, terms: raised, timeMs: 12 });
    assert.equal((await dueOf(queries, 'ann', { atMs: 13, poolMinimum: 1n }))?.dueSinceMs, 13);
    await earn(queries, '2', 20);
    assert.equal((await dueOf(queries, 'ann'))?.dueSinceMs, 20);
  }));

test('an account that owes after a late orphan is listed with what it owes', () =>
  inLedger(async (queries) => {
    await prepare(queries, 700n);
    await postEntry(queries, 'zcash', CREDITED, 7);
    await postEntry(queries, 'zcash', MATURE, 8);
    const items = [{ account: 'ann', gross: 743n }];
    await postEntry(queries, 'zcash', reserveEntry({ chain: 'zcash', id: 'b1' }, items), 9);
    await postEntry(queries, 'zcash', orphanLateEntry(BLOCK, CREDITED, MATURE), 10);
    assert.equal((await dueOf(queries, 'ann'))?.owed, -743n);
  }));
