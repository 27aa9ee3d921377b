import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderTerms } from '../src/truechain/header-terms.ts';

const only = (number: number) => ({ oldest: number, newest: number });

test('the terms of a header are those of half a minute before it was made, not before the pool saw it', () => {
  const terms = new HeaderTerms();
  assert.deepEqual(terms.of(5, 0), only(4));
  assert.deepEqual(terms.of(6, 20_000), only(4));
  assert.deepEqual(terms.of(7, 45_000), only(5));
  assert.deepEqual(terms.of(8, 60_000), only(6));
  // The poll was slow: the node may have made the header up to a minute ago, after the last poll.
  assert.deepEqual(terms.of(9, 110_000, 57_000), { oldest: 6, newest: 8 });
  assert.deepEqual(terms.of(10, 137_000), only(8));
});

test('a header that comes up to two seconds beside a border has the terms of both sides', () => {
  const at = (ms: number, unseenMs?: number) => {
    const terms = new HeaderTerms();
    terms.of(5, 0);
    terms.of(6, 10_000);
    return terms.of(7, ms, unseenMs);
  };
  assert.deepEqual(at(37_900), only(5));
  assert.deepEqual(at(38_000), { oldest: 5, newest: 6 });
  assert.deepEqual(at(41_900), { oldest: 5, newest: 6 });
  assert.deepEqual(at(42_000), only(6));
  assert.deepEqual(at(42_500, 600), { oldest: 5, newest: 6 });
});

test('whenever the pool comes to see a header, its terms include those of the second that it names', () => {
  for (const gapMs of [400, 2_000, 7_000]) {
    for (let madeAt = 60_000; madeAt < 75_000; madeAt += 700) {
      for (const unseenMs of [0, 500, 5_000, 400_000]) {
        const terms = new HeaderTerms();
        let next = 1;
        for (let at = 0; at < madeAt; at += gapMs) {
          terms.of(next, at);
          next += 1;
        }
        // A header was there half a minute before the middle of the second in which this one was made.
        const second = Math.floor(madeAt / 1_000) * 1_000 + 500;
        const settled = 1 + Math.floor((second - 30_000) / gapMs);
        const { oldest, newest } = terms.of(next, madeAt + unseenMs, unseenMs);
        assert.ok(oldest <= settled && settled <= newest, `${oldest} to ${newest}, without ${settled}`);
      }
    }
  }
});

test('a header of unknown age has all terms of the last ten minutes', () => {
  const terms = new HeaderTerms();
  for (let i = 0; i < 900; i += 1) terms.of(100 + i, 2_000 * i);
  const { oldest, newest } = terms.of(1_000, 1_800_000, Number.POSITIVE_INFINITY);
  assert.ok(oldest <= 684 && oldest >= 600, `${oldest}`);
  assert.ok(newest >= 984 && newest <= 990, `${newest}`);
  assert.ok(terms.oldest >= oldest);
});
