import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inForceAt } from '../src/schemes/in-force.ts';
import { changeScheme, firstScheme, schemeAt } from '../src/schemes/scheme-history.ts';
import { type SchemeOptions, windowOf } from '../src/schemes/scheme-options.ts';
import { roundOf } from '../src/schemes/schemes.ts';
import { share, sourceOf } from './shares.ts';

const PPLNS: SchemeOptions = { kind: 'pplns', window: windowOf(2) };
const PPS: SchemeOptions = { kind: 'pps', window: windowOf(3) };
const PROP: SchemeOptions = { kind: 'prop' };

test('a change of scheme begins with the share behind its block, and is recorded with it', () => {
  const before = firstScheme(PPLNS);
  const after = changeScheme(before, { hash: 'b1', number: 10n }, PROP);
  assert.deepEqual(after, [
    { from: 0n, afterBlock: null, scheme: PPLNS },
    { from: 11n, afterBlock: 'b1', scheme: PROP },
  ]);
  assert.equal(before.length, 1, 'the history that was given stays as it is');
  assert.deepEqual(schemeAt(after, 10n), { scheme: PPLNS, countsFrom: 0n });
  assert.deepEqual(schemeAt(after, 11n), { scheme: PROP, countsFrom: 11n });
});

test('a window goes on across a change between schemes that keep one', () => {
  const history = changeScheme(firstScheme(PPLNS), { hash: 'b1', number: 10n }, PPS);
  assert.deepEqual(schemeAt(history, 11n), { scheme: PPS, countsFrom: 0n });
});

test('a window does not reach behind a time in which shares were paid by another rule', () => {
  let history = firstScheme(PPLNS);
  history = changeScheme(history, { hash: 'b1', number: 10n }, PROP);
  history = changeScheme(history, { hash: 'b2', number: 20n }, PPLNS);
  history = changeScheme(history, { hash: 'b3', number: 30n }, PPS);
  assert.deepEqual(schemeAt(history, 31n), { scheme: PPS, countsFrom: 21n });
  const shares = [share(20, 'old', 5n), share(21, 'new', 5n), share(31, 'new', 5n)];
  const { scheme, countsFrom } = schemeAt(history, 31n);
  assert.deepEqual([...roundOf(scheme, sourceOf(shares, { countsFrom })).scores.keys()], ['new']);
});

test('a change before the last one is refused: rounds that were paid would change', () => {
  const history = changeScheme(firstScheme(PPLNS), { hash: 'b1', number: 10n }, PROP);
  const refused = { code: 'ADIT_SCHEME_CHANGE' };
  assert.throws(() => changeScheme(history, { hash: 'b1', number: 10n }, PPS), refused);
  assert.throws(() => changeScheme(history, { hash: 'b0', number: 4n }, PPS), refused);
  assert.throws(() => changeScheme([], { hash: 'b0', number: 4n }, PPS), refused);
  assert.throws(() => schemeAt([], 4n), refused);
  assert.equal(changeScheme(history, { hash: 'b2', number: 11n }, PPS).at(-1)?.from, 12n);
});

test('terms count from their time on; of two with one time the later entry counts', () => {
  const terms = [
    { sinceMs: 100, name: 'b' },
    { sinceMs: 0, name: 'a' },
    { sinceMs: 100, name: 'c' },
  ];
  assert.equal(inForceAt(terms, 99)?.name, 'a');
  assert.equal(inForceAt(terms, 100)?.name, 'c');
  assert.equal(inForceAt(terms, -1), undefined);
});
