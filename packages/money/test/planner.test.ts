import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sumOf } from '../src/exact/amount.ts';
import type { DueAccount, PayeeKind } from '../src/planner/payee.ts';
import type { PlanOptions } from '../src/planner/plan-options.ts';
import { planPayouts } from '../src/planner/planner.ts';
import { logicalActions, type WalletLimits } from '../src/planner/wallet-limits.ts';

const ZEC = 100_000_000n;

/** Roughly what a wallet server on Zebra can do after NU7. */
const WALLET: WalletLimits = {
  payees: {
    p2pkh: { bytes: 34, feeUnits: 1n, dust: 54n },
    p2sh: { bytes: 32, feeUnits: 1n, dust: 54n },
    tex: null,
    sapling: { bytes: 950, feeUnits: 1n, dust: 1n },
    orchard: { bytes: 3_100, feeUnits: 1n, dust: 1n },
    truechain: null,
  },
  base: { bytes: 20_000, feeUnits: 8n },
  feePerUnit: 5_000n,
  mostPayees: 40,
  mostOfKind: { orchard: 3 },
  mostBytes: 250_000,
};

const OPTIONS: PlanOptions = {
  minimum: ZEC / 100n,
  paymentCap: 50n * ZEC,
  batchCap: 100n * ZEC,
  leftToday: 1_000n * ZEC,
  spendable: 1_000n * ZEC,
  keep: 0n,
  ownReceivers: new Set(['ours']),
  wallet: WALLET,
  feeBorneBy: 'pool',
  mostBatches: 1,
};

function due(account: string, owed: bigint, more: Partial<DueAccount> = {}): DueAccount {
  const payee = { address: `address of ${account}`, receiver: account, kind: 'p2pkh' as PayeeKind };
  return { account, owed, minimum: 0n, dueSinceMs: 0, payee, isParked: false, ...more };
}

function to(receiver: string, kind: PayeeKind = 'p2pkh'): Pick<DueAccount, 'payee'> {
  return { payee: { address: `${kind} ${receiver}`, receiver, kind } };
}

const paidIn = (plan: ReturnType<typeof planPayouts>) =>
  plan.batches.map(({ outputs }) => outputs.flatMap(({ items }) => items.map(({ account }) => account)));
const waitingIn = (plan: ReturnType<typeof planPayouts>) =>
  Object.fromEntries([...plan.waiting].map(([reason, { accounts }]) => [reason, accounts]));

test('who waits longest is paid first, and of equal times the name that comes first', () => {
  const accounts = [
    due('c', ZEC),
    due('b', ZEC, { dueSinceMs: 9 }),
    due('a', ZEC),
    due('d', ZEC, { dueSinceMs: 5 }),
  ];
  assert.deepEqual(paidIn(planPayouts(accounts, OPTIONS)), [['a', 'c', 'd', 'b']]);
});

test('an account is due from the larger one of its own minimum and the pool’s', () => {
  const low = OPTIONS.minimum;
  const plan = planPayouts(
    [
      due('a', low),
      due('b', low - 1n),
      due('c', low, { minimum: low + 1n }),
      due('d', low + 1n, { minimum: low + 1n }),
      due('e', 0n),
      due('f', -5n * ZEC),
    ],
    OPTIONS,
  );
  assert.deepEqual(paidIn(plan), [['a', 'd']]);
  assert.deepEqual(plan.waiting.get('below_minimum'), { accounts: 2, amount: 2n * low - 1n });
});

test('an account that cannot be paid is set aside with its reason, and all others are paid', () => {
  const plan = planPayouts(
    [
      due('parked', ZEC, { isParked: true }),
      due('nobody', ZEC, { payee: null }),
      due('own', ZEC, to('ours')),
      due('tex', ZEC, to('tex', 'tex')),
      due('rich', 51n * ZEC),
      due('good', ZEC),
    ],
    OPTIONS,
  );
  assert.deepEqual(paidIn(plan), [['good']]);
  assert.deepEqual(
    plan.parked.map(({ account, reason }) => [account, reason]),
    [
      ['nobody', 'no_payee'],
      ['own', 'own_address'],
      ['parked', 'parked'],
      ['rich', 'above_payment_cap'],
      ['tex', 'wallet_cannot_pay'],
    ],
  );
});

test('a balance above the cap of a batch would wait for ever, so it is set aside', () => {
  const plan = planPayouts([due('a', 50n * ZEC), due('b', 50n * ZEC + 1n)], {
    ...OPTIONS,
    paymentCap: 1_000n * ZEC,
    batchCap: 50n * ZEC,
  });
  assert.deepEqual(paidIn(plan), [['a']]);
  assert.deepEqual(plan.parked, [{ account: 'b', owed: 50n * ZEC + 1n, reason: 'above_batch_cap' }]);
});

test('dust is set aside, not sent: it would spoil the whole batch', () => {
  const options = { ...OPTIONS, minimum: 0n };
  const plan = planPayouts([due('a', 53n), due('b', 54n), due('c', 1n, to('c', 'sapling'))], options);
  assert.deepEqual(paidIn(plan), [['b', 'c']]);
  assert.deepEqual(plan.parked, [{ account: 'a', owed: 53n, reason: 'dust' }]);
});

test('accounts that share a receiver are paid by one output, at the place of the one that waits longest', () => {
  const plan = planPayouts(
    [
      due('a', ZEC, { dueSinceMs: 3, ...to('same') }),
      due('b', ZEC, { dueSinceMs: 2 }),
      due('c', 2n * ZEC, { dueSinceMs: 1, ...to('same') }),
    ],
    OPTIONS,
  );
  const [batch] = plan.batches;
  assert.deepEqual(
    batch?.outputs.map(({ payee, amount, items }) => [
      payee.receiver,
      amount,
      items.map(({ account }) => account),
    ]),
    [
      ['same', 3n * ZEC, ['c', 'a']],
      ['b', ZEC, ['b']],
    ],
  );
});

test('a cap for one payment holds for a receiver, however many accounts it has', () => {
  const plan = planPayouts([due('a', 30n * ZEC, to('x')), due('b', 30n * ZEC, to('x'))], OPTIONS);
  assert.deepEqual(plan.batches, []);
  assert.deepEqual(
    plan.parked.map(({ account, reason }) => [account, reason]),
    [
      ['a', 'above_payment_cap'],
      ['b', 'above_payment_cap'],
    ],
  );
});

test('a batch ends at its places, at the places of a kind, and at nine tenths of the bytes', () => {
  const many = Array.from({ length: 50 }, (_, i) => due(`a${String(i).padStart(2, '0')}`, ZEC));
  const plan = planPayouts(many, OPTIONS);
  assert.equal(plan.batches[0]?.outputs.length, 40);
  assert.deepEqual(waitingIn(plan), { no_place: 10 });
  const shielded = many.slice(0, 5).map((one) => ({ ...one, ...to(one.account, 'orchard') }));
  const mixed = planPayouts([...shielded, due('z', ZEC)], OPTIONS);
  assert.deepEqual(paidIn(mixed), [['a00', 'a01', 'a02', 'z']]);
  const narrow = { ...OPTIONS, wallet: { ...WALLET, mostBytes: ((20_000 + 2 * 34) * 10) / 9 } };
  assert.equal(planPayouts(many, narrow).batches[0]?.outputs.length, 2);
});

test('what does not fit one batch comes in the next, up to the wanted number', () => {
  const many = Array.from({ length: 100 }, (_, i) => due(`a${String(i).padStart(3, '0')}`, ZEC));
  const plan = planPayouts(many, { ...OPTIONS, mostBatches: 2 });
  assert.deepEqual(
    paidIn(plan).map((names) => names.length),
    [40, 40],
  );
  assert.deepEqual(waitingIn(plan), { no_place: 20 });
});

test('caps of batch and day stop a batch; what is larger waits, what is smaller goes', () => {
  const accounts = [due('a', 6n * ZEC), due('b', 5n * ZEC), due('c', 4n * ZEC)];
  const cap = 10n * ZEC;
  const capped = planPayouts(accounts, { ...OPTIONS, batchCap: cap });
  assert.deepEqual([paidIn(capped), waitingIn(capped)], [[['a', 'c']], { batch_cap: 1 }]);
  const today = planPayouts(accounts, { ...OPTIONS, leftToday: cap, mostBatches: 3 });
  assert.deepEqual([paidIn(today), waitingIn(today)], [[['a', 'c']], { daily_cap: 1 }]);
});

test('only what the wallet can spend is planned, with the fee and without what it keeps', () => {
  const fee = 9n * 5_000n;
  const enough = { ...OPTIONS, spendable: ZEC + fee + 7n, keep: 7n };
  assert.deepEqual(paidIn(planPayouts([due('a', ZEC)], enough)), [['a']]);
  const short = planPayouts([due('a', ZEC)], { ...enough, keep: 8n });
  assert.deepEqual([short.batches, waitingIn(short)], [[], { not_spendable: 1 }]);
  const poor = planPayouts([due('a', ZEC)], { ...enough, keep: 10n * ZEC });
  assert.deepEqual(waitingIn(poor), { not_spendable: 1 });
});

test('payees that bear the fee bear it in equal parts, fixed in the plan, and the pool loses nothing', () => {
  const { batches } = planPayouts([due('a', ZEC), due('b', 2n * ZEC), due('c', ZEC)], {
    ...OPTIONS,
    wallet: { ...WALLET, feePerUnit: 5_001n },
    feeBorneBy: 'payees',
    spendable: 4n * ZEC,
  });
  const [batch] = batches;
  assert.equal(batch?.fee, 11n * 5_001n);
  const parts = batch?.outputs.flatMap(({ items }) => items.map(({ feePart }) => feePart)) ?? [];
  assert.deepEqual(parts, [18_337n, 18_337n, 18_337n]);
  assert.deepEqual([batch?.gross, batch?.amount], [4n * ZEC, 4n * ZEC - 3n * 18_337n]);
});

test('a balance that its part of the fee could eat is dust', () => {
  const options = { ...OPTIONS, minimum: 0n, feeBorneBy: 'payees' as const };
  const fee = 9n * 5_000n;
  const plan = planPayouts([due('a', fee + 53n), due('b', fee + 54n)], options);
  assert.deepEqual(
    plan.parked.map(({ account, reason }) => [account, reason]),
    [['a', 'dust']],
  );
  assert.deepEqual(paidIn(plan), [['b']]);
  // Also where the chain takes any amount: a payment of nothing is none.
  const payees = { ...WALLET.payees, p2pkh: { bytes: 34, feeUnits: 1n, dust: 0n } };
  const bare = planPayouts([due('a', fee), due('b', fee + 1n)], {
    ...options,
    wallet: { ...WALLET, payees },
  });
  assert.deepEqual(paidIn(bare), [['b']]);
});

test('an account that comes twice is refused: it would be paid twice', () => {
  assert.throws(() => planPayouts([due('a', ZEC), due('a', ZEC)], OPTIONS), { code: 'ADIT_BAD_ACCOUNT' });
});

test('options out of their bounds are refused', () => {
  for (const bad of [{ keep: -1n }, { minimum: 5 as unknown as bigint }])
    assert.throws(() => planPayouts([], { ...OPTIONS, ...bad }), { code: 'ADIT_BAD_AMOUNT' });
  for (const bad of [{ mostBatches: 0 }, { wallet: { ...WALLET, mostPayees: 0.5 } }])
    assert.throws(() => planPayouts([], { ...OPTIONS, ...bad }), { code: 'ADIT_BAD_OPTION' });
});

test('the logical actions of a transaction are those of ZIP 317', () => {
  const none = {
    inputBytes: 0,
    outputBytes: 0,
    saplingSpends: 0,
    saplingOutputs: 0,
    orchardSpends: 0,
    orchardOutputs: 0,
  };
  const actions = (shape: Partial<typeof none>) => logicalActions({ ...none, ...shape });
  assert.equal(actions({}), 2n, 'the grace of two actions');
  // Shielding of 50 coinbase outputs to one note: 0.0026 ZEC.
  assert.equal(actions({ inputBytes: 50 * 149, orchardOutputs: 1 }), 52n);
  // 20 transparent payees with change in two notes: 0.0011 ZEC.
  assert.equal(actions({ outputBytes: 20 * 34, orchardSpends: 1, orchardOutputs: 2 }), 22n);
  assert.equal(actions({ saplingSpends: 1, saplingOutputs: 50, orchardSpends: 2 }), 52n);
  assert.equal(actions({ inputBytes: 151, outputBytes: 35, saplingSpends: 1 }), 4n);
});

const anyAccount = fc.record({
  owed: fc.bigInt({ min: -ZEC, max: 60n * ZEC }),
  minimum: fc.bigInt({ min: 0n, max: ZEC }),
  dueSinceMs: fc.nat(5),
  receiver: fc.constantFrom('x', 'y', 'ours', 'p', 'q'),
  kind: fc.constantFrom<PayeeKind>('p2pkh', 'sapling', 'orchard', 'tex'),
  isParked: fc.boolean(),
});
const anyOptions = fc.record({
  batchCap: fc.bigInt({ min: 0n, max: 100n * ZEC }),
  leftToday: fc.bigInt({ min: 0n, max: 200n * ZEC }),
  spendable: fc.bigInt({ min: 0n, max: 200n * ZEC }),
  keep: fc.bigInt({ min: 0n, max: 50n * ZEC }),
  feeBorneBy: fc.constantFrom<'pool' | 'payees'>('pool', 'payees'),
  mostBatches: fc.integer({ min: 1, max: 4 }),
});

test('no plan breaks a cap, spends more than there is, pays in part, or pays anybody twice', () => {
  fc.assert(
    fc.property(fc.array(anyAccount, { maxLength: 20 }), anyOptions, (list, more) => {
      const options = { ...OPTIONS, ...more };
      const accounts = list.map(({ receiver, kind, ...one }, i) => ({
        ...due(`a${i}`, one.owed),
        ...one,
        ...to(receiver, kind),
      }));
      const { batches, parked, waiting } = planPayouts(accounts, options);
      const owed = new Map(accounts.map((one) => [one.account, one.owed]));
      const items = batches.flatMap(({ outputs }) => outputs.flatMap((output) => output.items));
      assert.equal(new Set(items.map(({ account }) => account)).size, items.length);
      for (const { account, gross, feePart, amount } of items) {
        assert.equal(gross, owed.get(account));
        assert.ok(amount === gross - feePart && feePart >= 0n && amount > 0n);
      }
      for (const { outputs, gross, amount, fee } of batches) {
        assert.ok(gross <= options.batchCap && outputs.length > 0);
        assert.equal(amount, sumOf(outputs.map((output) => output.amount)));
        assert.equal(new Set(outputs.map(({ payee }) => payee.receiver)).size, outputs.length);
        assert.ok(outputs.every(({ payee }) => payee.receiver !== 'ours' && payee.kind !== 'tex'));
        if (options.feeBorneBy === 'payees') assert.ok(amount + fee <= gross);
      }
      assert.ok(sumOf(batches.map(({ gross }) => gross)) <= options.leftToday);
      const spent = sumOf(batches.map(({ amount, fee }) => amount + fee));
      assert.ok(spent === 0n || spent + options.keep <= options.spendable);
      const counted = [...waiting.values()].reduce(
        (sum, one) => sum + one.accounts,
        items.length + parked.length,
      );
      assert.equal(
        counted,
        accounts.filter((one) => one.owed > 0n).length,
        'each account is paid, set aside or waits',
      );
    }),
    { numRuns: 500 },
  );
});

test('the order in which the accounts come changes nothing', () => {
  fc.assert(
    fc.property(
      fc
        .array(anyAccount, { maxLength: 12 })
        .map((list) =>
          list.map(({ receiver, kind, ...one }, i) => ({
            ...due(`a${i}`, 0n),
            ...one,
            ...to(receiver, kind),
          })),
        )
        .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      anyOptions,
      ([all, shuffled], more) => {
        const options = { ...OPTIONS, ...more };
        const [first, second] = [planPayouts(all, options), planPayouts(shuffled, options)];
        assert.deepEqual(
          { ...first, waiting: new Map([...first.waiting].sort()) },
          { ...second, waiting: new Map([...second.waiting].sort()) },
        );
      },
    ),
  );
});
