import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sumOf } from '../src/exact/amount.ts';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import { RESERVE_HOLDER, type RoundShare } from '../src/schemes/round.ts';
import { creditOf } from '../src/schemes/round-credit.ts';
import { windowOf } from '../src/schemes/scheme-options.ts';
import { roundOf } from '../src/schemes/schemes.ts';
import { ACCOUNTS, FREE, REWARD, SHARES, share, sourceOf } from './shares.ts';

const PPLNS = { kind: 'pplns', window: windowOf(2) } as const;

function paid(reward: bigint, scores: ReadonlyMap<string, bigint>): readonly bigint[] {
  const { parts } = creditOf(reward, { scores }, FREE);
  return ACCOUNTS.map((name) => parts.find(({ account }) => account === name)?.net ?? 0n);
}

test('the window of two expected blocks is filled from the block backwards; the oldest share counts in part', () => {
  const round = roundOf(PPLNS, sourceOf(SHARES));
  assert.deepEqual(Object.fromEntries(round.scores), {
    b: 7546395302881180207n,
    c: 11738837137815169210n,
    d: 8384883669867978007n,
    e: 9223372036854775808n,
  });
  assert.deepEqual(round.oldest, { number: 2n, counted: 7546395302881180207n });
  assert.equal(round.newest, 5n);
  assert.equal(round.total, 2n * BLOCK_SCORE);
  assert.equal(round.isFull, true);
  assert.deepEqual(paid(REWARD, round.scores), [0n, 8_522_728n, 13_257_576n, 9_469_697n, 10_416_667n]);
});

test('a window of plain weights pays otherwise: it is no measure where the network changes', () => {
  const weights = [400n, 900n, 700n, 500n, 600n];
  const shares = SHARES.map((one, i) => ({ ...one, score: weights[i] ?? 0n }));
  const { scores } = roundOf({ kind: 'pplns', window: 2_400n }, sourceOf(shares));
  assert.deepEqual(paid(REWARD, scores), [0n, 10_416_667n, 12_152_778n, 8_680_556n, 10_416_667n]);
});

test('the shares of a young pool get the whole reward, and the round says that its window is not full', () => {
  const round = roundOf(PPLNS, sourceOf([share(7, 'a', 1n), share(9, 'b', 3n)]));
  assert.equal(round.isFull, false);
  assert.deepEqual(round.oldest, { number: 7n, counted: 1n });
  assert.deepEqual(paid(100n, round.scores).slice(0, 2), [25n, 75n]);
});

test('shares that were paid at once fill the window for the reserve; shares of SOLO fill nothing', () => {
  const half = BLOCK_SCORE / 2n;
  const round = roundOf(
    { kind: 'pplns', window: BLOCK_SCORE },
    sourceOf([
      share(1, 'a', half),
      share(2, 'b', half / 2n, 'pps'),
      share(3, 'c', BLOCK_SCORE, 'solo'),
      share(4, 'b', half / 2n, 'fpps'),
      share(5, 'd', half / 2n),
    ]),
  );
  assert.deepEqual(Object.fromEntries(round.scores), { d: half / 2n, [RESERVE_HOLDER]: half, a: half / 2n });
  const credit = creditOf(1_000n, round, () => ({ feePpm: 10_000n, donation: null }));
  assert.equal(credit.reserve, 500n);
  assert.deepEqual(
    credit.parts.map(({ account, fee, net }) => [account, fee, net]),
    [
      ['d', 2n, 248n],
      ['a', 2n, 248n],
    ],
  );
});

test('a full round stops reading, and closes the generator that it read from', () => {
  let read = 0;
  let isClosed = false;
  function* endless(): Generator<RoundShare> {
    try {
      for (let number = 1_000; ; number -= 1) {
        read += 1;
        yield share(number, 'a', BLOCK_SCORE);
      }
    } finally {
      isClosed = true;
    }
  }
  roundOf(PPLNS, { ...sourceOf([]), blockNumber: 1_000n, shares: endless() });
  assert.equal(read, 2);
  assert.ok(isClosed);
});

test('a round refuses shares that come twice, in another order, or from behind the block', () => {
  const refused = { code: 'ADIT_SHARES_OUT_OF_ORDER' };
  const [older, newer] = [share(1, 'a', 1n), share(2, 'a', 1n)];
  const from = (shares: readonly RoundShare[], blockNumber: bigint) =>
    roundOf(PPLNS, { ...sourceOf([]), blockNumber, shares });
  assert.throws(() => from([newer, newer], 2n), refused);
  assert.throws(() => from([older, newer], 2n), refused);
  assert.throws(() => from([newer, older], 1n), refused);
  from([newer, older], 2n);
  assert.throws(() => roundOf({ kind: 'pplns', window: 0n }, sourceOf([older])), { code: 'ADIT_BAD_OPTION' });
});

test('a block without any share goes to suspense', () => {
  const round = roundOf(PPLNS, sourceOf([]));
  assert.deepEqual([round.total, round.oldest], [0n, null]);
  assert.deepEqual(creditOf(50n, round, FREE), { reward: 50n, parts: [], reserve: 0n, suspense: 50n });
});

const pastShares = fc
  .array(
    fc.record({
      account: fc.constantFrom('a', 'b', 'c', 'd'),
      score: fc.bigInt({ min: 0n, max: BLOCK_SCORE }),
      scheme: fc.constantFrom('pplns', 'pps', 'solo'),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) => list.map(({ account, score, scheme }, i) => share(i + 1, account, score, scheme)));

test('what counts never exceeds the window, and is less only where all shares count', () => {
  fc.assert(
    fc.property(pastShares, fc.bigInt({ min: 1n, max: 4n * BLOCK_SCORE }), (shares, window) => {
      const list = [...shares, share(99, 'a', 1n)];
      const round = roundOf({ kind: 'pplns', window }, sourceOf(list));
      const all = sumOf(list.filter(({ scheme }) => scheme !== 'solo').map(({ score }) => score));
      assert.equal(round.total, all < window ? all : window);
      assert.equal(round.isFull, all >= window);
    }),
  );
});

test('a larger window never counts less of anybody', () => {
  const window = fc.bigInt({ min: 1n, max: 4n * BLOCK_SCORE });
  fc.assert(
    fc.property(pastShares, window, window, (shares, size, more) => {
      const small = roundOf({ kind: 'pplns', window: size }, sourceOf(shares));
      const large = roundOf({ kind: 'pplns', window: size + more }, sourceOf(shares));
      for (const [holder, score] of small.scores) assert.ok((large.scores.get(holder) ?? 0n) >= score);
    }),
  );
});

test('of two pools with the same shares, one that gives them other names pays the same amounts', () => {
  fc.assert(
    fc.property(pastShares, (shares) => {
      const renamed = shares.map((one) => ({ ...one, account: `x${one.account}` }));
      const before = roundOf(PPLNS, sourceOf(shares)).scores;
      const after = roundOf(PPLNS, sourceOf(renamed)).scores;
      assert.deepEqual([...before.values()], [...after.values()]);
    }),
  );
});
