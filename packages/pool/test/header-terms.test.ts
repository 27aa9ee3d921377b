import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderTerms } from '../src/truechain/header-terms.ts';

test('the terms of a header are those of half a minute before it was made, not before the pool saw it', () => {
  const terms = new HeaderTerms();
  assert.equal(terms.of(5, 0), 4);
  assert.equal(terms.of(6, 20_000), 4);
  assert.equal(terms.of(7, 50_000), 6);
  // The poll was slow: the node may have made the header up to a minute ago, after the last poll.
  assert.equal(terms.of(8, 110_000, 60_000), 6);
  assert.equal(terms.of(9, 110_000, 29_000), 7);
  assert.equal(terms.of(10, 110_001), 7);
});

test('a header of unknown age has the oldest terms of the last minutes', () => {
  const terms = new HeaderTerms();
  for (let i = 0; i < 400; i += 1) terms.of(100 + i, 2_000 * i);
  const oldest = terms.of(500, 800_000, Number.POSITIVE_INFINITY);
  assert.ok(oldest < 440 && oldest >= 400, `${oldest}`);
  assert.equal(terms.oldest, oldest);
});
