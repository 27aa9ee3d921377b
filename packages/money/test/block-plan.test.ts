import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BlockPlanOptions, paidBy, planBlock } from '../src/planner/block-plan.ts';
import { RESERVE_HOLDER } from '../src/schemes/round.ts';
import { creditOf } from '../src/schemes/round-credit.ts';

const everybody = () => true;
const plan = (
  reward: bigint,
  scores: Record<string, bigint>,
  owed: Record<string, bigint> = {},
  options: Partial<BlockPlanOptions> = {},
  feePpm = 0n,
  canPay: (account: string) => boolean = everybody,
) =>
  planBlock(
    creditOf(reward, { scores: new Map(Object.entries(scores)) }, () => ({ feePpm, donation: null })),
    new Map(Object.entries(owed)),
    canPay,
    { minimum: 1n, mostPayees: 10, ...options },
  );
const amounts = ({ payees }: ReturnType<typeof plan>) =>
  payees.map(({ account, amount }) => [account, amount]);

test('a block pays each account its part, and the fee stays with the operator', () => {
  const settled = plan(1_000n, { a: 1n, b: 3n }, {}, {}, 10_000n);
  assert.deepEqual(amounts(settled), [
    ['b', 743n],
    ['a', 248n],
  ]);
  assert.equal(settled.operator, 9n);
});

test('parts below the minimum stay with the operator', () => {
  const settled = plan(100n, { a: 96n, b: 4n }, {}, { minimum: 5n });
  assert.deepEqual(amounts(settled), [['a', 96n]]);
  assert.equal(settled.operator, 4n);
});

test('what earlier blocks left owed is paid with the part that reaches the minimum, and comes first', () => {
  const settled = plan(100n, { a: 96n, b: 4n }, { b: 2n }, { minimum: 5n, mostPayees: 1 });
  assert.deepEqual(settled.payees, [{ account: 'b', earned: 4n, owed: 2n, amount: 6n }]);
  assert.equal(settled.operator, 94n);
});

test('an account that is owed and mines no more is paid', () => {
  assert.deepEqual(plan(100n, { a: 1n }, { gone: 40n }).payees, [
    { account: 'gone', earned: 0n, owed: 40n, amount: 40n },
    { account: 'a', earned: 60n, owed: 0n, amount: 60n },
  ]);
});

test('what an account was paid too much is taken off its part', () => {
  assert.deepEqual(plan(100n, { a: 1n, b: 1n }, { a: -20n, b: -60n }).payees, [
    { account: 'a', earned: 30n, owed: 0n, amount: 30n },
  ]);
});

test('debts beyond the reward are paid as far as it goes, and never by less than the minimum', () => {
  const owed = { a: 70n, b: 60n };
  assert.deepEqual(amounts(plan(100n, {}, owed)), [
    ['a', 70n],
    ['b', 30n],
  ]);
  const settled = plan(100n, {}, owed, { minimum: 31n });
  assert.deepEqual(amounts(settled), [['a', 70n]]);
  assert.equal(settled.operator, 30n);
});

test('accounts that a coinbase cannot pay take no place of others', () => {
  const settled = plan(100n, { a: 9n, b: 1n }, {}, { mostPayees: 1 }, 0n, (account) => account !== 'a');
  assert.deepEqual(amounts(settled), [['b', 10n]]);
});

test('options out of their bounds are refused', () => {
  assert.throws(() => plan(1n, {}, {}, { minimum: 0n }), { code: 'ADIT_BAD_AMOUNT' });
  for (const mostPayees of [0, 1.5, 1_000])
    assert.throws(() => plan(1n, {}, {}, { mostPayees }), { code: 'ADIT_BAD_OPTION' });
  assert.throws(() => plan(1n, {}, { '': 1n }), { code: 'ADIT_BAD_ACCOUNT' });
});

const accounts = ['a', 'b', 'c', 'd', 'e', 'f'];
const cases = fc.record({
  reward: fc.bigInt({ min: 0n, max: 1n << 50n }),
  scores: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...accounts, RESERVE_HOLDER), fc.bigInt({ min: 0n, max: 1n << 70n })),
    { selector: ([account]) => account },
  ),
  owed: fc.uniqueArray(
    fc.tuple(fc.constantFrom(...accounts), fc.bigInt({ min: -(1n << 50n), max: 1n << 50n })),
    { selector: ([account]) => account },
  ),
  minimum: fc.bigInt({ min: 1n, max: 1n << 48n }),
  mostPayees: fc.integer({ min: 1, max: 6 }),
  feePpm: fc.bigInt({ min: 0n, max: 1_000_000n }),
});

test('outputs sum to the reward, and nobody gets more than it earned and is owed', () => {
  fc.assert(
    fc.property(cases, ({ reward, scores, owed, minimum, mostPayees, feePpm }) => {
      const credit = creditOf(reward, { scores: new Map(scores) }, () => ({ feePpm, donation: null }));
      const nets = new Map(credit.parts.map(({ account, net }) => [account, net]));
      const debts = new Map(owed);
      const settled = planBlock(credit, debts, everybody, { minimum, mostPayees });
      assert.equal(paidBy(settled) + settled.operator, reward);
      assert.ok(settled.operator >= 0n && settled.payees.length <= mostPayees);
      assert.equal(new Set(settled.payees.map(({ account }) => account)).size, settled.payees.length);
      for (const { account, earned, owed: paid, amount } of settled.payees) {
        const debt = debts.get(account) ?? 0n;
        assert.notEqual(account, RESERVE_HOLDER);
        assert.equal(earned + paid, amount);
        assert.ok(amount >= minimum && amount <= (nets.get(account) ?? 0n) + debt);
        assert.ok(earned >= 0n && earned <= (nets.get(account) ?? 0n));
        assert.ok(paid >= 0n && paid <= (debt > 0n ? debt : 0n));
      }
    }),
  );
});

test('the order of scores and debts changes nothing', () => {
  fc.assert(
    fc.property(cases, ({ reward, scores, owed, minimum, mostPayees, feePpm }) => {
      const of = (someScores: typeof scores, someOwed: typeof owed) =>
        planBlock(
          creditOf(reward, { scores: new Map(someScores) }, () => ({ feePpm, donation: null })),
          new Map(someOwed),
          everybody,
          { minimum, mostPayees },
        );
      assert.deepEqual(of(scores, owed), of(scores.toReversed(), owed.toReversed()));
    }),
  );
});

test('an account that is owed the minimum is paid by one of the next blocks, whatever others earn', () => {
  let owed = new Map(accounts.map((account) => [account, 10n]));
  const paid = new Set<string>();
  const credit = creditOf(100n, { scores: new Map([['rich', 1n]]) }, () => ({ feePpm: 0n, donation: null }));
  for (let block = 0; block < accounts.length; block += 1) {
    const { payees } = planBlock(credit, owed, everybody, { minimum: 5n, mostPayees: 1 });
    for (const { account } of payees) paid.add(account);
    owed = new Map([...owed].filter(([account]) => !paid.has(account)));
  }
  assert.deepEqual([...paid].sort(), accounts);
});
