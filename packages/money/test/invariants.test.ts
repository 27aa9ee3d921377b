import assert from 'node:assert/strict';
import { test } from 'node:test';
import { creditEntry, matureEntry, orphanLateEntry } from '../src/books/block-entries.ts';
import { Books } from '../src/books/books.ts';
import type { ChartAccount } from '../src/books/chart.ts';
import { findBreaches } from '../src/books/invariants.ts';
import type { BatchFacts, MoneyState, StateMove } from '../src/books/money-state.ts';
import { reserveEntry, settleEntry } from '../src/books/payout-entries.ts';
import { plannedBatch } from '../src/payouts/batch-state.ts';
import { creditOf } from '../src/schemes/round-credit.ts';

const BLOCK = { chain: 'zcash', hash: 'aa', generation: 1 };
const CREDIT = creditOf(
  100n,
  {
    scores: new Map([
      ['ann', 3n],
      ['bob', 1n],
    ]),
  },
  () => ({ feePpm: 0n, donation: null }),
);
const FIRST = creditEntry(BLOCK, CREDIT);
const MATURE = matureEntry(BLOCK, CREDIT, 'asset:hot');

function facts(id: string, account: string, gross: bigint, more: Partial<BatchFacts> = {}): BatchFacts {
  return {
    batch: { ...plannedBatch(id, 'sending'), state: 'sent', txids: [`tx of ${id}`] },
    wallet: 'hot',
    items: [{ account, gross, amount: gross, isReleased: false }],
    marks: [`tag of ${id}`],
    caps: { payment: 100n, batch: 100n },
    ...more,
  };
}

/** A block of 100 is mature; ann was paid 50 of her 75, and 20 more are on their way. */
function inOrder(): MoneyState {
  const books = new Books();
  const paid = facts('b1', 'ann', 50n);
  const settled = { ...paid, batch: { ...paid.batch, state: 'settled' as const } };
  for (const entry of [
    FIRST,
    MATURE,
    reserveEntry({ chain: 'zcash', id: 'b1' }, [{ account: 'ann', gross: 50n }]),
    settleEntry({ chain: 'zcash', id: 'b1' }, { gross: 50n, paid: 50n, fee: 1n }),
    reserveEntry({ chain: 'zcash', id: 'b2' }, [{ account: 'ann', gross: 20n }]),
  ])
    books.post(entry);
  return {
    entries: books.entries,
    balances: new Map(books.balances),
    rounds: [{ creditKey: FIRST.key, credit: CREDIT }],
    batches: [settled, facts('b2', 'ann', 20n)],
    moves: [
      { kind: 'block', subject: 'aa', from: 'seen', to: 'confirmed' },
      { kind: 'batch', subject: 'b2', from: 'running', to: 'sent' },
      { kind: 'batch', subject: 'b2', from: 'sent', to: 'held' },
      { kind: 'batch', subject: 'b2', from: 'held', to: 'sent' },
    ],
    // 49 are left of the 100, and the payment that is on its way takes 21.
    wallet: { total: 28n, unconfirmedSpends: 21n },
  };
}

/** The invariants that are broken, without the others. */
const broken = (more: Partial<MoneyState>) => [
  ...new Set(findBreaches({ ...inOrder(), ...more }).map(({ invariant }) => invariant)),
];
const withBalance = (account: ChartAccount, change: bigint) => {
  const { balances } = inOrder();
  return new Map(balances).set(account, (balances.get(account) ?? 0n) + change);
};

test('money that is in order breaks nothing', () => {
  assert.deepEqual(findBreaches(inOrder()), []);
  assert.deepEqual(broken({ wallet: null }), []);
});

test('I1: an entry that does not sum to zero is found', () => {
  const bad = { ...FIRST, key: 'bad', kind: 'reconcile' as const, postings: FIRST.postings.slice(1) };
  assert.ok(broken({ entries: [...inOrder().entries, bad] }).includes('I1'));
});

test('I2, I3: a balance that nobody posted is found', () => {
  assert.deepEqual(broken({ balances: withBalance('equity:fee', 1n) }), ['I2', 'I3']);
  const breaches = findBreaches({ ...inOrder(), balances: withBalance('equity:fee', 1n) });
  assert.deepEqual(
    breaches.map(({ about }) => about),
    ['all accounts', 'equity:fee'],
  );
});

test('I4: a miner that owes is found, unless a late orphan explains it', () => {
  const { entries, batches } = inOrder();
  const books = new Books();
  for (const entry of entries) books.post(entry);
  books.post(reserveEntry({ chain: 'zcash', id: 'b3' }, [{ account: 'ann', gross: 10n }]));
  const more = { ...facts('b3', 'ann', 10n), wallet: 'other' };
  const state = {
    entries: books.entries,
    balances: books.balances,
    batches: [...batches, more],
    wallet: null,
  };
  assert.deepEqual(broken(state), ['I4', 'I9']);
  books.post(orphanLateEntry(BLOCK, FIRST, MATURE));
  assert.deepEqual(broken({ ...state, entries: books.entries, balances: books.balances }), ['I9']);
});

test('I5: a batch that binds another sum than that of its items is found', () => {
  const { batches } = inOrder();
  const [paid] = batches;
  assert.ok(paid !== undefined);
  assert.deepEqual(broken({ batches: [paid, facts('b2', 'ann', 21n)] }), ['I5', 'I6']);
  const over = facts('b2', 'ann', 20n);
  const settled = { ...over, batch: { ...over.batch, state: 'settled' as const } };
  assert.deepEqual(broken({ batches: [paid, settled] }), ['I5']);
  const held = { ...over, batch: { ...over.batch, state: 'held' as const, heldFrom: 'sent' as const } };
  assert.deepEqual(broken({ batches: [paid, held] }), []);
});

test('I5, I6: an item that was given back alone is not bound', () => {
  const { batches } = inOrder();
  const [paid, open] = batches;
  assert.ok(paid !== undefined && open !== undefined);
  const items = [...open.items, { account: 'bob', gross: 9n, amount: 9n, isReleased: true }];
  assert.deepEqual(broken({ batches: [paid, { ...open, items }] }), []);
});

test('I6: an account that was paid what it had not earned is found', () => {
  const { batches } = inOrder();
  assert.deepEqual(broken({ batches: batches.slice(1) }), ['I6']);
  const [about] = findBreaches({ ...inOrder(), batches: batches.slice(1) });
  assert.equal(about?.about, 'ann');
});

test('I7: a block that is credited twice is found, also under another generation', () => {
  const again = creditEntry({ ...BLOCK, generation: 2 }, CREDIT);
  assert.ok(broken({ entries: [...inOrder().entries, again] }).includes('I7'));
  const other = creditEntry({ ...BLOCK, hash: 'bb' }, CREDIT);
  assert.ok(!broken({ entries: [...inOrder().entries, other] }).includes('I7'));
});

test('I8: a round whose parts are not its reward, or not what was booked, is found', () => {
  const round = (credit: typeof CREDIT, creditKey = FIRST.key) => broken({ rounds: [{ creditKey, credit }] });
  assert.deepEqual(round({ ...CREDIT, reward: 101n }), ['I8']);
  assert.deepEqual(round({ ...CREDIT, reserve: 1n }), ['I8']);
  assert.deepEqual(
    round({ ...CREDIT, parts: CREDIT.parts.map((part) => ({ ...part, net: part.net - 1n })) }),
    ['I8'],
  );
  assert.deepEqual(round(CREDIT, MATURE.key), ['I8']);
  assert.deepEqual(round(CREDIT, 'none'), ['I8']);
  const ann = CREDIT.parts.filter(({ account }) => account === 'ann');
  assert.deepEqual(
    round({ ...CREDIT, parts: ann, reserve: 20n, suspense: 5n }),
    [],
    'all that is shared out counts',
  );
  assert.deepEqual(round({ ...CREDIT, parts: ann, reserve: 25n, suspense: 1n }), ['I8']);
});

test('I9, I10: an account or a wallet in two open batches is found', () => {
  const { batches } = inOrder();
  const empty = { ...facts('b3', 'bob', 0n), marks: [] };
  assert.deepEqual(broken({ batches: [...batches, empty] }), ['I10']);
  assert.deepEqual(broken({ batches: [...batches, { ...facts('b3', 'ann', 0n), wallet: 'other' }] }), ['I9']);
  const done = { ...empty, batch: { ...empty.batch, state: 'released' as const } };
  assert.deepEqual(broken({ batches: [...batches, done] }), []);
});

test('I11: a transaction or a tag of two batches is found, also when both are over', () => {
  const [paid, open] = inOrder().batches;
  assert.ok(paid !== undefined && open !== undefined);
  assert.deepEqual(broken({ batches: [{ ...paid, marks: ['tag of b2'] }, open] }), ['I11']);
  const same = { ...paid, batch: { ...paid.batch, txids: ['tx of b2'] } };
  assert.deepEqual(broken({ batches: [same, open] }), ['I11']);
  assert.deepEqual(broken({ batches: [paid, { ...open, marks: ['x', 'x'] }] }), []);
});

test('I12: what exceeds its caps is found, unless it was never approved', () => {
  const [paid, open] = inOrder().batches;
  assert.ok(paid !== undefined && open !== undefined);
  assert.deepEqual(broken({ batches: [paid, { ...open, caps: { payment: 19n, batch: 100n } }] }), ['I12']);
  assert.deepEqual(broken({ batches: [paid, { ...open, caps: { payment: 20n, batch: 19n } }] }), ['I12']);
  const plan = facts('b3', 'bob', 500n);
  const planned = { ...plan, batch: { ...plan.batch, state: 'planned' as const } };
  assert.deepEqual(broken({ batches: [paid, open, planned] }), []);
});

test('I13: a wallet that has more or less than the books is found', () => {
  assert.deepEqual(broken({ wallet: { total: 29n, unconfirmedSpends: 21n } }), ['I13']);
  assert.deepEqual(broken({ wallet: { total: 28n, unconfirmedSpends: 20n } }), ['I13']);
});

test('I15: a state that goes where no rule leads is found', () => {
  const move = (from: string, to: string, kind = 'batch') =>
    broken({ moves: [{ kind, subject: 'x', from, to } as StateMove] });
  assert.deepEqual(move('sent', 'reserved'), ['I15']);
  assert.deepEqual(move('released', 'sent'), ['I15']);
  assert.deepEqual(move('held', 'held'), ['I15']);
  assert.deepEqual(move('planned', 'held'), ['I15']);
  assert.deepEqual(move('held', 'discarded'), ['I15']);
  assert.deepEqual(move('mature', 'confirmed', 'block'), ['I15']);
  assert.deepEqual(move('released', 'held'), []);
  assert.deepEqual(move('orphaned', 'seen', 'block'), []);
});
