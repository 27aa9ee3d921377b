import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Grants } from '../src/grants.ts';

test('before the first job nothing is granted', () => {
  const grants = new Grants<string>();
  assert.equal(grants.newest, -1);
  assert.equal(grants.current, undefined);
  for (const number of [-1, 0, 1]) assert.equal(grants.of(number), undefined);
});

test('each job keeps the value it was sent with', () => {
  const grants = new Grants<string>();
  grants.grant(5, 'easy', 0);
  grants.grant(6, 'easy', 0);
  grants.grant(7, 'hard', 0);
  grants.grant(9, 'easy', 0);
  assert.deepEqual(
    [4, 5, 6, 7, 9, 10].map((number) => grants.of(number)),
    [undefined, 'easy', 'easy', 'hard', 'easy', undefined],
  );
  assert.equal(grants.current, 'easy');
  assert.equal(grants.newest, 9);
});

test('the same job again, or an older one, changes nothing', () => {
  const grants = new Grants<string>();
  grants.grant(5, 'first', 0);
  grants.grant(5, 'second', 0);
  grants.grant(4, 'third', 0);
  assert.equal(grants.of(5), 'first');
  assert.equal(grants.of(4), undefined);
  assert.equal(grants.newest, 5);
});

test('what no known job needs any more is dropped, the value of the oldest known job is not', () => {
  const grants = new Grants<string>();
  grants.grant(1, 'a', 0);
  grants.grant(2, 'b', 0);
  grants.grant(4, 'c', 3);
  assert.equal(grants.of(1), undefined);
  assert.equal(grants.of(3), 'b');
  grants.grant(5, 'd', 5);
  assert.equal(grants.of(4), undefined);
  assert.equal(grants.of(5), 'd');
});

test('a job whose grant had to be dropped is unknown, never judged by another target', () => {
  const grants = new Grants<number>();
  for (let number = 0; number < 1000; number += 1) grants.grant(number, number, 0);
  assert.equal(grants.of(999), 999);
  assert.equal(grants.of(1000 - 256), 1000 - 256);
  assert.equal(grants.of(1000 - 257), undefined);
  assert.equal(grants.of(0), undefined);
});

test('jobs that are still known always have exactly the value they were sent with', () => {
  const step = fc.record({
    skip: fc.integer({ min: 1, max: 3 }),
    value: fc.nat({ max: 3 }),
    age: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const grants = new Grants<number>();
      const sent = new Map<number, number>();
      let number = 0;
      let oldest = 0;
      for (const { skip, value, age } of steps) {
        number += skip;
        oldest = Math.max(oldest, number - age);
        grants.grant(number, value, oldest);
        sent.set(number, value);
        for (const [job, was] of sent) if (job >= oldest) assert.equal(grants.of(job), was);
      }
    }),
  );
});
