import assert from 'node:assert/strict';
import { test } from 'node:test';
import { balanceOf, balancesOf, entryOf, postEntry, statementOf } from '@adit/ledger';
import { creditEntry, type Entry, orphanEntry, orphanLateEntry, reserveEntry } from '@adit/money';
import { BLOCK, CREDIT, CREDITED, inLedger, MATURE } from './support/books.ts';

test('an entry is read as it was posted, and changes each balance', () =>
  inLedger(async (queries) => {
    assert.equal(await postEntry(queries, 'zcash', CREDITED, 7), 'posted');
    assert.deepEqual(await entryOf(queries, 'zcash', CREDITED.key), CREDITED);
    assert.equal(await entryOf(queries, 'ycash', CREDITED.key), undefined);
    assert.equal(await postEntry(queries, 'zcash', MATURE, 8), 'posted');
    assert.deepEqual(Object.fromEntries(await balancesOf(queries, 'zcash')), {
      'asset:hot': 1_000n,
      'equity:fee': -9n,
      'liab:miner:ann': -743n,
      'liab:miner:bob': -248n,
    });
    assert.deepEqual(
      [...(await balancesOf(queries, 'zcash', 'miner')).keys()],
      ['liab:miner:ann', 'liab:miner:bob'],
    );
    assert.equal((await balancesOf(queries, 'zcash', 'miner-pending')).size, 0);
    assert.equal(await balanceOf(queries, 'zcash', 'asset:hot'), 1_000n);
    assert.equal(await balanceOf(queries, 'ycash', 'asset:hot'), 0n);
  }));

test('the same entry again changes nothing, and another one under its key is refused', () =>
  inLedger(async (queries) => {
    await postEntry(queries, 'zcash', CREDITED, 7);
    assert.equal(await postEntry(queries, 'zcash', CREDITED, 9), 'already');
    assert.equal(await balanceOf(queries, 'zcash', 'asset:immature'), 1_000n);
    const other = { ...CREDITED, kind: 'block_mature' as const };
    await assert.rejects(postEntry(queries, 'zcash', other, 9), { code: 'ADIT_ENTRY_CONFLICT' });
  }));

test('an entry that is not in the books cannot be taken back', () =>
  inLedger(async (queries) => {
    const orphan = orphanEntry(BLOCK, CREDITED);
    await assert.rejects(postEntry(queries, 'zcash', orphan, 7), { code: 'ADIT_ENTRY_CONFLICT' });
  }));

test('an entry that was taken back cannot be taken back again', () =>
  inLedger(async (queries) => {
    const orphan = orphanEntry(BLOCK, CREDITED);
    await postEntry(queries, 'zcash', CREDITED, 7);
    assert.equal(await postEntry(queries, 'zcash', orphan, 8), 'posted');
    assert.deepEqual(await entryOf(queries, 'zcash', orphan.key), orphan);
    assert.equal((await balancesOf(queries, 'zcash')).size, 0);
    const again = { ...orphan, key: `${orphan.key}-again` };
    await assert.rejects(postEntry(queries, 'zcash', again, 9), { code: 'ADIT_ENTRY_CONFLICT' });
  }));

test('an entry that does not sum to zero is a breach', () =>
  inLedger(async (queries) => {
    const entry: Entry = {
      kind: 'reconcile',
      key: 'k',
      reverses: [],
      postings: [{ account: 'suspense', amount: 1n }],
    };
    await assert.rejects(postEntry(queries, 'zcash', entry, 7), { code: 'ADIT_LEDGER_BREACH' });
  }));

test('an entry whose lines name an account twice is a breach', () =>
  inLedger(async (queries) => {
    const entry: Entry = {
      kind: 'reconcile',
      key: 'k',
      reverses: [],
      postings: [
        { account: 'suspense', amount: 1n },
        { account: 'suspense', amount: -1n },
      ],
    };
    await assert.rejects(postEntry(queries, 'zcash', entry, 7), { code: 'ADIT_LEDGER_BREACH' });
  }));

test('a miner cannot be paid more than it is owed', () =>
  inLedger(async (queries) => {
    await postEntry(queries, 'zcash', CREDITED, 7);
    await postEntry(queries, 'zcash', MATURE, 8);
    const batch = { chain: 'zcash', id: 'b1' };
    const items = [{ account: 'ann', gross: 744n }];
    await assert.rejects(postEntry(queries, 'zcash', reserveEntry(batch, items), 9), {
      code: 'ADIT_LEDGER_BREACH',
    });
  }));

test('only a late orphan leaves a miner in debt, and a later credit makes up for it', () =>
  inLedger(async (queries) => {
    await postEntry(queries, 'zcash', CREDITED, 7);
    await postEntry(queries, 'zcash', MATURE, 8);
    const items = [{ account: 'ann', gross: 743n }];
    await postEntry(queries, 'zcash', reserveEntry({ chain: 'zcash', id: 'b1' }, items), 9);
    await postEntry(queries, 'zcash', orphanLateEntry(BLOCK, CREDITED, MATURE), 10);
    assert.equal(await balanceOf(queries, 'zcash', 'liab:miner:ann'), 743n);
    const more = reserveEntry({ chain: 'zcash', id: 'b2' }, [{ account: 'ann', gross: 1n }]);
    await assert.rejects(postEntry(queries, 'zcash', more, 11), { code: 'ADIT_LEDGER_BREACH' });
  }));

test('a stored balance that its lines do not explain stops the next entry', () =>
  inLedger(async (queries) => {
    await postEntry(queries, 'zcash', CREDITED, 7);
    await queries.run("UPDATE balance SET amount = '1001' WHERE account = 'asset:immature'");
    await assert.rejects(postEntry(queries, 'zcash', MATURE, 8), { code: 'ADIT_LEDGER_BREACH' });
  }));

test('a statement has the newest lines first, page by page, each with the balance after it', () =>
  inLedger(async (queries) => {
    const kinds = [];
    for (let hash = 1; hash <= 5; hash += 1)
      await postEntry(queries, 'zcash', creditEntry({ ...BLOCK, hash: String(hash) }, CREDIT), hash);
    for (let before: number | undefined; ; ) {
      const page = await statementOf(queries, 'zcash', 'asset:immature', {
        ...(before === undefined ? {} : { before }),
        limit: 2,
      });
      if (page.length === 0) break;
      kinds.push(page.map(({ balance, timeMs }) => [timeMs, balance]));
      before = page.at(-1)?.entry;
    }
    assert.deepEqual(kinds, [
      [
        [5, 5_000n],
        [4, 4_000n],
      ],
      [
        [3, 3_000n],
        [2, 2_000n],
      ],
      [[1, 1_000n]],
    ]);
  }));
