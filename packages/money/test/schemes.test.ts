import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BLOCK_SCORE } from '../src/exact/score.ts';
import { RESERVE_HOLDER } from '../src/schemes/round.ts';
import { DEFAULT_SCHEME, type SchemeOptions, windowOf } from '../src/schemes/scheme-options.ts';
import { priceOf, roundOf, SCHEME_KINDS, SCHEMES, type SchemeTable } from '../src/schemes/schemes.ts';
import { SHARES, share, sourceOf } from './shares.ts';

const scoresOf = (options: SchemeOptions, ...source: Parameters<typeof sourceOf>) =>
  Object.fromEntries(roundOf(options, sourceOf(...source)).scores);

test('a table without one of the schemes does not compile', () => {
  const { solo: _left, ...others } = SCHEMES;
  // @ts-expect-error a row is missing
  const table: SchemeTable = others;
  assert.ok(!('solo' in table));
  assert.deepEqual([...SCHEME_KINDS], ['pplns', 'prop', 'solo', 'pps', 'fpps']);
});

test('the default is PPLNS over two expected blocks', () => {
  assert.deepEqual(DEFAULT_SCHEME, { kind: 'pplns', window: 2n * BLOCK_SCORE });
});

test('a window is given in blocks, to the thousandth, and has bounds', () => {
  assert.equal(windowOf(0.5), BLOCK_SCORE / 2n);
  assert.equal(windowOf(100), 100n * BLOCK_SCORE);
  for (const bad of [0, 0.0004, 100.1, -1, Number.NaN, Number.POSITIVE_INFINITY])
    assert.throws(() => windowOf(bad), { code: 'ADIT_BAD_OPTION' });
});

test('PROP pays the shares since the block before', () => {
  assert.deepEqual(Object.keys(scoresOf({ kind: 'prop' }, SHARES)).sort(), ['a', 'b', 'c', 'd', 'e']);
  const { scores, oldest } = roundOf({ kind: 'prop' }, sourceOf(SHARES, { blockBefore: 3n }));
  assert.deepEqual([...scores.keys()], ['e', 'd']);
  assert.equal(oldest?.number, 4n);
  assert.deepEqual(Object.keys(scoresOf({ kind: 'prop' }, SHARES, { blockBefore: 1n, countsFrom: 5n })), [
    'e',
  ]);
});

test('SOLO pays the finder, whatever its share weighs', () => {
  assert.deepEqual(scoresOf({ kind: 'solo' }, SHARES), { e: BLOCK_SCORE });
  assert.deepEqual(scoresOf({ kind: 'solo' }, [share(1, 'a', 0n)]), { a: BLOCK_SCORE });
});

test('SOLO pays nobody where the share of the block is not there: the one before did not find it', () => {
  assert.deepEqual(scoresOf({ kind: 'solo' }, SHARES, { blockNumber: 6n }), {});
});

test('a block that a share of SOLO found is its finder’s on a chain of another scheme', () => {
  const shares = [...SHARES, share(6, 'lone', 1n, 'solo')];
  for (const kind of ['pplns', 'pps', 'fpps'] as const)
    assert.deepEqual(scoresOf({ kind, window: windowOf(2) }, shares), { lone: BLOCK_SCORE });
  // Where the share of the block is missing, the newest one may be of SOLO, but it found nothing.
  assert.deepEqual(Object.keys(scoresOf({ kind: 'prop' }, shares, { blockNumber: 7n })), [
    'e',
    'd',
    'c',
    'b',
    'a',
  ]);
});

test('blocks of a chain with PPS go to its reserve, and to those that the hard stop moved to PPLNS', () => {
  const half = BLOCK_SCORE / 2n;
  const pps = { kind: 'pps', window: BLOCK_SCORE } as const;
  assert.deepEqual(scoresOf(pps, [share(1, 'a', half, 'pps'), share(2, 'b', half, 'pps')]), {
    [RESERVE_HOLDER]: BLOCK_SCORE,
  });
  assert.deepEqual(scoresOf({ ...pps, kind: 'fpps' }, [share(1, 'a', half, 'fpps'), share(2, 'b', half)]), {
    [RESERVE_HOLDER]: half,
    b: half,
  });
});

test('only PPS and FPPS have a price, and only FPPS has fees in it', () => {
  const facts = { subsidy: 100n, feeRatioPpm: 5n, coefficient: 7n };
  assert.deepEqual(priceOf('pps', facts), { reward: 100n, feeRatioPpm: 0n, coefficient: 7n });
  assert.deepEqual(priceOf('fpps', facts), { reward: 100n, feeRatioPpm: 5n, coefficient: 7n });
  for (const kind of ['pplns', 'prop', 'solo'] as const) assert.equal(priceOf(kind, facts), undefined);
});

test('every scheme has a label of its own', () => {
  assert.equal(new Set(Object.values(SCHEMES).map(({ label }) => label)).size, SCHEME_KINDS.length);
});
