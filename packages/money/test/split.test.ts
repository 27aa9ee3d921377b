import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkAccountId, compareIds } from '../src/exact/account-id.ts';
import { sumOf } from '../src/exact/amount.ts';
import { splitExactly } from '../src/exact/split.ts';

const amount = fc.bigInt({ min: 0n, max: 1n << 80n });
const scores = fc
  .dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 4 }), amount, {
    maxKeys: 20,
    noNullPrototype: true,
  })
  .map((record) => Object.entries(record));

test('the parts sum to the amount, none is negative, and none differs from its exact part by a unit', () => {
  fc.assert(
    fc.property(amount, scores, (total, entries) => {
      const whole = sumOf(entries.map(([, score]) => score));
      const parts = splitExactly(total, new Map(entries));
      if (whole === 0n) return assert.equal(parts, undefined);
      assert.ok(parts !== undefined);
      assert.equal(sumOf(parts.values()), total);
      for (const [holder, score] of entries) {
        const part = parts.get(holder) ?? -1n;
        const floor = (total * score) / whole;
        assert.ok(part === floor || (part === floor + 1n && (total * score) % whole > 0n));
      }
    }),
  );
});

test('the order in which the scores come changes nothing', () => {
  fc.assert(
    fc.property(
      amount,
      scores.chain((entries) =>
        fc.tuple(fc.constant(entries), fc.shuffledSubarray(entries, { minLength: entries.length })),
      ),
      (total, [entries, shuffled]) => {
        const first = splitExactly(total, new Map(entries));
        const second = splitExactly(total, new Map(shuffled));
        assert.deepEqual(first && new Map([...first].sort()), second && new Map([...second].sort()));
      },
    ),
  );
});

test('a larger score never gets less than a smaller one', () => {
  fc.assert(
    fc.property(amount, scores, (total, entries) => {
      const parts = splitExactly(total, new Map(entries));
      if (parts === undefined) return;
      for (const [a, more] of entries)
        for (const [b, less] of entries)
          if (more > less) assert.ok((parts.get(a) ?? 0n) >= (parts.get(b) ?? 0n));
    }),
  );
});

test('units that are left go to the largest remainders, and of equal ones to the smaller name by its bytes', () => {
  const split = (total: bigint, ...entries: [string, bigint][]) =>
    Object.fromEntries(splitExactly(total, new Map(entries)) ?? []);
  assert.deepEqual(split(10n, ['b', 1n], ['a', 1n], ['c', 1n]), { a: 4n, b: 3n, c: 3n });
  assert.deepEqual(split(11n, ['b', 1n], ['a', 1n], ['c', 1n]), { a: 4n, b: 4n, c: 3n });
  assert.deepEqual(split(10n, ['a', 1n], ['b', 2n]), { a: 3n, b: 7n });
  // U+FF21 comes before U+1F600 in UTF-8, and behind it in UTF-16.
  assert.deepEqual(split(1n, ['\u{1f600}', 1n], ['\uff21', 1n]), { '\uff21': 1n, '\u{1f600}': 0n });
});

test('a holder without a score gets nothing, whatever is left over', () => {
  fc.assert(
    fc.property(amount, scores, (total, entries) => {
      const parts = splitExactly(total, new Map([...entries, ['', 0n] as [string, bigint]]));
      assert.ok(parts === undefined || parts.get('') === 0n);
    }),
  );
});

test('negative amounts and scores are refused', () => {
  assert.throws(() => splitExactly(-1n, new Map([['a', 1n]])), { code: 'ADIT_BAD_AMOUNT' });
  const scores = new Map([
    ['a', 2n],
    ['b', -1n],
  ]);
  assert.throws(() => splitExactly(1n, scores), { code: 'ADIT_BAD_AMOUNT' });
});

test('names are ordered as their UTF-8 bytes are', () => {
  const name = fc.string({ unit: 'grapheme', maxLength: 6 });
  fc.assert(
    fc.property(name, name, (a, b) => {
      assert.equal(Math.sign(compareIds(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2_000 },
  );
});

test('a name must have characters, at most 512 of them, and be well-formed', () => {
  for (const good of ['a', 't1:rig', 'x'.repeat(512), '\u{1f600}']) checkAccountId(good);
  for (const bad of ['', 'x'.repeat(513), '\ud83d', 5 as unknown as string])
    assert.throws(() => checkAccountId(bad), { code: 'ADIT_BAD_ACCOUNT' });
});
