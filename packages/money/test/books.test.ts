import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { creditEntry, matureEntry, orphanEntry, orphanLateEntry } from '../src/books/block-entries.ts';
import { Books } from '../src/books/books.ts';
import { type ChartAccount, nameIn, openAccount } from '../src/books/chart.ts';
import { makeEntry, mirrorEntry, sameEntry, sourceKey, type Transfer } from '../src/books/entry.ts';
import {
  depositEntry,
  fundReserveEntry,
  openingEntry,
  ppsEntry,
  reconcileEntry,
  releaseReserveEntry,
  shieldMinedEntry,
  shieldReadyEntry,
  shieldUndoneEntry,
  suspenseEntry,
  withdrawalEntry,
} from '../src/books/other-entries.ts';
import {
  itemReleaseEntry,
  releaseEntry,
  reserveEntry,
  settleEntry,
  unsettleEntry,
} from '../src/books/payout-entries.ts';
import { sumOf } from '../src/exact/amount.ts';
import { RESERVE_HOLDER } from '../src/schemes/round.ts';
import { creditOf } from '../src/schemes/round-credit.ts';

const BLOCK = { chain: 'zcash', hash: 'ab'.repeat(32), generation: 1 };
const BATCH = { chain: 'zcash', id: 'b1' };
const CREDIT = creditOf(
  1_000n,
  {
    scores: new Map([
      ['ann', 3n],
      ['bob', 1n],
      [RESERVE_HOLDER, 1n],
    ]),
  },
  (account) => ({ feePpm: 10_000n, donation: account === 'bob' ? { ppm: 500_000n, cause: 'devs' } : null }),
);

function lines(entry: ReturnType<typeof makeEntry>) {
  return Object.fromEntries(entry.postings.map(({ account, amount }) => [account, amount]));
}

test('a confirmed block is pending for everybody: miners, fees, donations and the reserve', () => {
  const entry = creditEntry(BLOCK, CREDIT);
  assert.equal(entry.key, `block:zcash:${'ab'.repeat(32)}:1:credit`);
  assert.deepEqual(lines(entry), {
    'asset:immature': 1_000n,
    'equity:fee-pending': -8n,
    'equity:pps-pending': -200n,
    'liab:donation-pending:devs': -99n,
    'liab:miner-pending:ann': -594n,
    'liab:miner-pending:bob': -99n,
  });
});

test('a mature block is owed, and lies where it has to be shielded or can be spent', () => {
  const books = new Books();
  books.post(creditEntry(BLOCK, CREDIT));
  books.post(matureEntry(BLOCK, CREDIT, 'asset:coinbase'));
  assert.deepEqual(Object.fromEntries([...books.balances].sort()), {
    'asset:coinbase': 1_000n,
    'equity:fee': -8n,
    'equity:pps': -200n,
    'liab:donation:devs': -99n,
    'liab:miner:ann': -594n,
    'liab:miner:bob': -99n,
  });
  assert.equal(books.owedTo('ann'), 594n);
  assert.deepEqual([...books.miners].sort(), ['ann', 'bob']);
  assert.equal(lines(matureEntry(BLOCK, CREDIT, 'asset:hot'))['asset:hot'], 1_000n);
});

test('an orphan leaves nothing behind, early or late; a block that returns is another generation', () => {
  const books = new Books();
  const credit = creditEntry(BLOCK, CREDIT);
  books.post(credit);
  books.post(orphanEntry(BLOCK, credit));
  assert.equal(books.balances.size, 0);
  const again = { ...BLOCK, generation: 2 };
  const second = creditEntry(again, CREDIT);
  const mature = matureEntry(again, CREDIT, 'asset:coinbase');
  for (const entry of [second, mature]) assert.equal(books.post(entry), 'posted');
  books.post(reserveEntry(BATCH, [{ account: 'ann', gross: 594n }]));
  books.post(orphanLateEntry(again, second, mature));
  assert.equal(books.owedTo('ann'), -594n, 'what was paid stays paid, and later credits make up for it');
  assert.equal(books.owedTo('bob'), 0n);
});

test('a reward without shares lies in suspense until a person names its owner', () => {
  const books = new Books();
  const credit = creditOf(7n, { scores: new Map() }, () => ({ feePpm: 0n, donation: null }));
  books.post(creditEntry(BLOCK, credit));
  assert.equal(books.balance('suspense'), -7n);
  books.post(suspenseEntry({ chain: 'zcash', reference: 'r1', amount: 7n }, 'equity:owner'));
  assert.equal(books.balance('suspense'), 0n);
});

test('the same entry again changes nothing; another one under its key is refused, and nothing is posted', () => {
  const books = new Books();
  const entry = creditEntry(BLOCK, CREDIT);
  assert.deepEqual([books.post(entry), books.post({ ...entry })], ['posted', 'already']);
  assert.equal(books.balance('asset:immature'), 1_000n);
  const other = creditEntry(
    BLOCK,
    creditOf(999n, { scores: new Map([['ann', 1n]]) }, () => ({ feePpm: 0n, donation: null })),
  );
  assert.throws(() => books.post(other), { code: 'ADIT_ENTRY_CONFLICT' });
  assert.equal(books.entries.length, 1);
  assert.equal(books.entry(entry.key), entry);
});

test('two entries differ by kind, by what they take back, and by each line', () => {
  const entry = makeEntry('reconcile', 'k', [{ debit: 'asset:hot', credit: 'suspense', amount: 5n }]);
  assert.ok(sameEntry(entry, { ...entry }));
  for (const other of [
    { ...entry, key: 'l' },
    { ...entry, kind: 'owner_deposit' as const },
    { ...entry, reverses: ['x'] },
    { ...entry, postings: entry.postings.slice(1) },
    { ...entry, postings: entry.postings.map((line) => ({ ...line, amount: -line.amount })) },
    { ...entry, postings: entry.postings.map((line) => ({ ...line, account: 'asset:transit' as const })) },
  ])
    assert.ok(!sameEntry(entry, other));
  assert.ok(!sameEntry({ ...entry, reverses: ['x'] }, { ...entry, reverses: ['y'] }));
});

test('what is not there, or was taken back before, cannot be taken back', () => {
  const books = new Books();
  const credit = creditEntry(BLOCK, CREDIT);
  const conflict = { code: 'ADIT_ENTRY_CONFLICT' };
  assert.throws(() => books.post(orphanEntry(BLOCK, credit)), conflict);
  books.post(credit);
  books.post(orphanEntry(BLOCK, credit));
  assert.throws(() => books.post(mirrorEntry('block_orphan', 'again', [credit])), conflict);
  assert.equal(books.post(orphanEntry(BLOCK, credit)), 'already');
  assert.equal(books.balances.size, 0);
  assert.throws(() => mirrorEntry('block_orphan', 'k', []), { code: 'ADIT_BAD_SOURCE_KEY' });
});

test('a batch reserves balances, and is settled as the chain has it or released', () => {
  const items = [
    { account: 'ann', gross: 600n },
    { account: 'bob', gross: 400n },
  ];
  const reserve = reserveEntry(BATCH, items);
  assert.deepEqual(lines(reserve), {
    'liab:miner:ann': 600n,
    'liab:miner:bob': 400n,
    'liab:payout:b1': -1_000n,
  });
  // The pool bears the fee; the payees bear more than it came to; they bear just all of it.
  assert.deepEqual(lines(settleEntry(BATCH, { gross: 1_000n, paid: 1_000n, fee: 15n })), {
    'asset:hot': -1_015n,
    'cost:network-fee': 15n,
    'liab:payout:b1': 1_000n,
  });
  assert.deepEqual(lines(settleEntry(BATCH, { gross: 1_000n, paid: 970n, fee: 20n })), {
    'asset:hot': -990n,
    'cost:network-fee': -10n,
    'liab:payout:b1': 1_000n,
  });
  assert.equal(
    lines(settleEntry(BATCH, { gross: 1_000n, paid: 970n, fee: 30n }))['cost:network-fee'],
    undefined,
  );
  const bad = { code: 'ADIT_BAD_AMOUNT' };
  assert.throws(() => settleEntry(BATCH, { gross: 1_000n, paid: 1_001n, fee: 0n }), bad);
  assert.throws(() => settleEntry(BATCH, { gross: 1_000n, paid: 1_000n, fee: -1n }), bad);
  const books = new Books();
  books.post(reserve);
  books.post(releaseEntry(BATCH, reserve));
  assert.equal(books.balances.size, 0);
});

test('one item of a batch can be given back alone', () => {
  const books = new Books();
  const [ann, bob] = [
    { account: 'ann', gross: 6n },
    { account: 'bob', gross: 4n },
  ] as const;
  books.post(reserveEntry(BATCH, [ann, bob]));
  books.post(itemReleaseEntry(BATCH, 1, bob));
  books.post(settleEntry(BATCH, { gross: 6n, paid: 6n, fee: 0n }));
  assert.equal(books.balance('liab:payout:b1'), 0n);
  assert.deepEqual([books.owedTo('ann'), books.owedTo('bob')], [-6n, 0n]);
});

test('shielding goes by transit to what can be spent, and a reorganisation takes it back', () => {
  const shielding = { chain: 'zcash', txid: 't', generation: 1, value: 100n, fee: 3n };
  const mined = shieldMinedEntry(shielding);
  const ready = shieldReadyEntry(shielding);
  assert.deepEqual(lines(mined), { 'asset:coinbase': -100n, 'asset:transit': 97n, 'cost:network-fee': 3n });
  const books = new Books();
  books.post(mined);
  books.post(ready);
  assert.equal(books.balance('asset:hot'), 97n);
  books.post(shieldUndoneEntry(shielding, [mined, ready]));
  assert.equal(books.balances.size, 0);
  assert.equal(books.post(shieldMinedEntry({ ...shielding, generation: 2 })), 'posted');
  assert.throws(() => shieldMinedEntry({ ...shielding, fee: 101n }), { code: 'ADIT_BAD_AMOUNT' });
});

test('shares that are paid at once are paid by the reserve, which the operator funds', () => {
  const books = new Books();
  const move = { chain: 'zcash', reference: 'r1', amount: 100n };
  books.post(depositEntry(move));
  books.post(fundReserveEntry(move, 'equity:owner'));
  const interval = { chain: 'zcash', first: 9n, last: 12n };
  books.post(
    ppsEntry(interval, [
      { account: 'a:b', donation: 2n, cause: 'devs', net: 38n },
      { account: 'bob', donation: 0n, cause: null, net: 5n },
      { account: 'eve', donation: 0n, cause: null, net: 0n },
    ]),
  );
  books.post(releaseReserveEntry({ ...move, amount: 15n }, 'equity:fee'));
  assert.deepEqual(Object.fromEntries([...books.balances].sort()), {
    'asset:hot': 100n,
    'equity:fee': -15n,
    'equity:pps': -40n,
    'liab:donation:devs': -2n,
    'liab:miner:a:b': -38n,
    'liab:miner:bob': -5n,
  });
  assert.notEqual(ppsEntry(interval, []).key, ppsEntry({ ...interval, last: 13n }, []).key);
  assert.throws(() => ppsEntry(interval, [{ account: '\ud800', donation: 0n, cause: null, net: 1n }]), {
    code: 'ADIT_BAD_ACCOUNT',
  });
});

test('what the operator puts in, takes out, takes over, or cannot explain is booked', () => {
  const move = { chain: 'zcash', reference: 'r1', amount: 5n };
  assert.deepEqual(lines(withdrawalEntry(move)), { 'asset:hot': -5n, 'equity:owner': 5n });
  assert.deepEqual(lines(openingEntry(move, 'ann')), { 'equity:owner': 5n, 'liab:miner:ann': -5n });
  assert.deepEqual(lines(reconcileEntry('zcash', 7, 5n)), { 'asset:hot': 5n, suspense: -5n });
  assert.deepEqual(lines(reconcileEntry('zcash', 7, -5n)), { 'asset:hot': -5n, suspense: 5n });
});

test('parts of a key cannot run into each other', () => {
  assert.equal(sourceKey('a', 'b'), 'a:b');
  for (const bad of ['', 'a:b']) assert.throws(() => sourceKey('x', bad), { code: 'ADIT_BAD_SOURCE_KEY' });
});

test('accounts of the books are told apart by the kind before the name', () => {
  assert.equal(nameIn(openAccount('miner', 'a:b'), 'miner'), 'a:b');
  assert.equal(nameIn('liab:miner-pending:a', 'miner'), undefined);
  assert.equal(nameIn('asset:hot', 'miner'), undefined);
  assert.throws(() => openAccount('miner', ''), { code: 'ADIT_BAD_ACCOUNT' });
});

test('entries are balanced by construction, have each account once and none with zero, and mirrors undo them', () => {
  const account = fc.constantFrom<ChartAccount>(
    'asset:hot',
    'suspense',
    'equity:fee',
    'liab:miner:a',
    'liab:miner:b',
  );
  const transfer: fc.Arbitrary<Transfer> = fc.record({
    debit: account,
    credit: account,
    amount: fc.bigInt({ min: 0n, max: 1n << 70n }),
  });
  fc.assert(
    fc.property(fc.array(transfer, { maxLength: 8 }), (transfers) => {
      const entry = makeEntry('reconcile', 'k', transfers);
      const { postings } = entry;
      assert.equal(sumOf(postings.map(({ amount }) => amount)), 0n);
      assert.equal(new Set(postings.map((line) => line.account)).size, postings.length);
      assert.ok(postings.every(({ amount }) => amount !== 0n));
      assert.ok(sameEntry(entry, makeEntry('reconcile', 'k', transfers.toReversed())));
      const books = new Books();
      books.post(entry);
      books.post(mirrorEntry('reconcile', 'l', [entry]));
      assert.equal(books.balances.size, 0);
    }),
  );
  const negative: Transfer = { debit: 'asset:hot', credit: 'suspense', amount: -1n };
  assert.throws(() => makeEntry('reconcile', 'k', [negative]), { code: 'ADIT_BAD_AMOUNT' });
});

test('a settlement that a deep reorganisation took out is taken back, and the balances are owed again', () => {
  const books = new Books();
  books.post(openingEntry({ chain: 'zcash', reference: 'ann', amount: 100n }, 'ann'));
  books.post(depositEntry({ chain: 'zcash', reference: 'hot', amount: 500n }));
  const batch = BATCH;
  const reserve = reserveEntry(batch, [{ account: 'ann', gross: 100n }]);
  const settle = settleEntry(batch, { gross: 100n, paid: 95n, fee: 10n });
  for (const entry of [reserve, settle, unsettleEntry(batch, settle), releaseEntry(batch, reserve)])
    books.post(entry);
  assert.equal(books.owedTo('ann'), 100n);
  assert.equal(books.balance('asset:hot'), 500n);
  assert.equal(books.balance('cost:network-fee'), 0n);
  assert.equal(books.post(unsettleEntry(batch, settle)), 'already');
});
