import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sumOf } from '../src/exact/amount.ts';
import { RESERVE_HOLDER } from '../src/schemes/round.ts';
import { creditOf } from '../src/schemes/round-credit.ts';

const scores = (entries: Record<string, bigint>) => ({ scores: new Map(Object.entries(entries)) });

test('the fee is taken first and the donation of the rest, each rounded down', () => {
  const terms = { feePpm: 15_000n, donation: { ppm: 100_000n, cause: 'devs' } };
  const { parts } = creditOf(999n, scores({ a: 1n }), () => terms);
  assert.deepEqual(parts, [
    { account: 'a', score: 1n, gross: 999n, fee: 14n, donation: 98n, cause: 'devs', net: 887n },
  ]);
});

test('terms are of the account', () => {
  const { parts } = creditOf(200n, scores({ a: 1n, b: 1n }), (account) => ({
    feePpm: account === 'a' ? 0n : 500_000n,
    donation: null,
  }));
  assert.deepEqual(
    parts.map(({ account, net }) => [account, net]),
    [
      ['a', 100n],
      ['b', 50n],
    ],
  );
});

test('a donation that rounds to nothing names no cause', () => {
  const terms = { feePpm: 0n, donation: { ppm: 1n, cause: 'devs' } };
  const { parts } = creditOf(10n, scores({ a: 1n }), () => terms);
  assert.deepEqual([parts[0]?.donation, parts[0]?.cause], [0n, null]);
});

test('terms out of their bounds, causes without a name and negative rewards are refused', () => {
  const bad = (feePpm: bigint, donation: { ppm: bigint; cause: string } | null = null) =>
    creditOf(10n, scores({ a: 1n }), () => ({ feePpm, donation }));
  assert.throws(() => bad(1_000_001n), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => bad(-1n), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => bad(0n, { ppm: 1_000_001n, cause: 'x' }), { code: 'ADIT_BAD_AMOUNT' });
  assert.throws(() => bad(0n, { ppm: 1n, cause: '' }), { code: 'ADIT_BAD_ACCOUNT' });
  const free = { feePpm: 0n, donation: null };
  assert.throws(() => creditOf(-1n, scores({ a: 1n }), () => free), { code: 'ADIT_BAD_AMOUNT' });
});

test('whatever the scores and terms are, everything is shared out to the unit and nothing is negative', () => {
  const amount = fc.bigInt({ min: 0n, max: 1n << 70n });
  const ppm = fc.bigInt({ min: 0n, max: 1_000_000n });
  const entries = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', RESERVE_HOLDER), amount), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(amount, entries, ppm, ppm, (reward, list, feePpm, donationPpm) => {
      const credit = creditOf(reward, { scores: new Map(list) }, () => ({
        feePpm,
        donation: { ppm: donationPpm, cause: 'devs' },
      }));
      const { parts, reserve, suspense } = credit;
      assert.equal(sumOf(parts.map(({ gross }) => gross)) + reserve + suspense, reward);
      for (const { gross, fee, donation, net } of parts) {
        assert.equal(fee + donation + net, gross);
        assert.ok(fee >= 0n && donation >= 0n && net >= 0n);
      }
      assert.ok(suspense === 0n || parts.length === 0);
    }),
  );
});
