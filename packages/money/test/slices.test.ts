import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import type { RoundItem, RoundShare, ShareSlice } from '../src/schemes/round.ts';
import type { SchemeOptions } from '../src/schemes/scheme-options.ts';
import { roundOf } from '../src/schemes/schemes.ts';
import { share, sourceOf } from './shares.ts';

/** A slice of these shares, oldest first. @param onOpen is called each time that the slice is opened */
function sliceOf(shares: readonly RoundShare[], onOpen: () => void = () => {}): ShareSlice {
  const sums = new Map<string, { account: string; scheme: RoundShare['scheme']; score: bigint }>();
  for (const { account, scheme, score } of shares) {
    const key = `${scheme} ${account}`;
    sums.set(key, { account, scheme, score: score + (sums.get(key)?.score ?? 0n) });
  }
  return {
    first: shares[0]?.number ?? 0n,
    last: shares.at(-1)?.number ?? 0n,
    sums: [...sums.values()],
    shares: () => {
      onOpen();
      return shares.toReversed();
    },
  };
}

const SCHEMES: readonly SchemeOptions[] = [
  { kind: 'pplns', window: 1n },
  { kind: 'prop' },
  { kind: 'solo' },
  { kind: 'pps', window: 1n },
  { kind: 'fpps', window: 1n },
];

const facts = fc.record({
  account: fc.constantFrom('a', 'b', 'c'),
  score: fc.bigInt({ min: 0n, max: 5n }),
  scheme: fc.constantFrom('pplns' as const, 'pps' as const, 'solo' as const),
  /** How many numbers are left out before this one. */
  gap: fc.nat({ max: 2 }),
  /** Whether a slice ends with this share, and whether a slice of one share comes as the share itself. */
  ends: fc.boolean(),
  isSingle: fc.boolean(),
});

test('a round over slices is the round over their shares, to the unit, for every scheme and every cut', () => {
  fc.assert(
    fc.property(
      fc.array(facts, { minLength: 1, maxLength: 40 }),
      fc.constantFrom(...SCHEMES),
      fc.bigInt({ min: 1n, max: 80n }),
      fc.nat({ max: 45 }),
      fc.nat({ max: 45 }),
      fc.option(fc.bigInt({ min: 0n, max: 60n }), { nil: null }),
      (list, scheme, window, behind, from, blockBefore) => {
        let number = 0;
        const all = list.map(({ account, score, scheme: kind, gap }) => {
          number += 1 + gap;
          return share(number, account, score, kind);
        });
        const blockNumber = all[Math.max(0, all.length - 1 - behind)]?.number ?? 1n;
        const items: RoundItem[] = [];
        let cut: RoundShare[] = [];
        for (const [i, one] of all.entries()) {
          cut.push(one);
          if (list[i]?.ends !== true && i < all.length - 1) continue;
          const single = cut.length === 1 && list[i]?.isSingle === true ? cut[0] : undefined;
          items.push(single ?? sliceOf(cut));
          cut = [];
        }
        const options = { ...scheme, window } as SchemeOptions;
        const more = { blockNumber, countsFrom: BigInt(from), blockBefore };
        const singles = all.filter((one) => one.number <= blockNumber);
        const pieces = items.filter((item) => ('sums' in item ? item.first : item.number) <= blockNumber);
        const expected = roundOf(options, sourceOf(singles, more));
        const found = roundOf(options, { ...sourceOf([]), ...more, shares: pieces.toReversed() });
        assert.deepEqual(new Map([...found.scores].sort()), new Map([...expected.scores].sort()));
        assert.deepEqual({ ...found, scores: 0 }, { ...expected, scores: 0 });
      },
    ),
    { numRuns: 1_000 },
  );
});

test('a window of many slices opens only those at its ends', () => {
  let opened: bigint[] = [];
  const slices = Array.from({ length: 50 }, (_, i) => {
    const shares = [1, 2, 3, 4].map((k) => share(4 * i + k, 'a', BLOCK_SCORE / 100n));
    return sliceOf(shares, () => opened.push(shares[0]?.number ?? 0n));
  });
  const source = { ...sourceOf([]), shares: slices.toReversed(), blockNumber: 199n };
  const round = roundOf({ kind: 'pplns', window: BLOCK_SCORE }, source);
  assert.ok(round.isFull);
  assert.deepEqual([...new Set(opened)], [197n, 97n]);
  opened = [];
  roundOf({ kind: 'solo' }, source);
  assert.deepEqual([...new Set(opened)], [197n]);
});

test('a round refuses slices that overlap, and a slice that opens to shares of others', () => {
  const refused = { code: 'ADIT_SHARES_OUT_OF_ORDER' };
  const round = (...shares: RoundItem[]) =>
    roundOf({ kind: 'pplns', window: 100n }, { ...sourceOf([]), blockNumber: 4n, shares });
  const newer = sliceOf([share(3, 'a', 1n), share(4, 'a', 1n)]);
  const older = sliceOf([share(1, 'a', 1n), share(2, 'a', 1n)]);
  assert.equal(round(newer, older).total, 4n);
  assert.throws(() => round(older, newer), refused);
  assert.throws(() => round(newer, newer), refused);
  assert.throws(() => round(newer, sliceOf([share(2, 'a', 1n), share(3, 'a', 1n)])), refused);
  assert.throws(() => round({ ...newer, last: 5n, shares: () => older.shares() }), refused);
});
