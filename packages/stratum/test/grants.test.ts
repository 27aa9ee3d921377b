import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Grants } from '../src/grants.ts';

/** The value of a work; undefined if the work was not sent. */
function of<T>(grants: Grants<T>, number: number): T | undefined {
  return grants.wasSent(number) ? grants.at(number) : undefined;
}

const TOO_LATE = { code: 'ADIT_GRANT_TOO_LATE' };

test('nothing is known before a value is settled, and no work counts as sent before one was sent', () => {
  const grants = new Grants<string>();
  assert.equal(grants.newest, -1);
  assert.equal(grants.current, undefined);
  for (const number of [-1, 0, 1]) assert.equal(of(grants, number), undefined);
  grants.settle(0, 'start', 0);
  assert.equal(of(grants, 0), undefined);
  assert.equal(grants.at(0), 'start');
});

test('each work has the value that was settled before it', () => {
  const grants = new Grants([{ from: 0, value: 'start' }]);
  grants.settle(6, 'easy', 0);
  grants.settle(7, 'hard', 0);
  grants.settle(9, 'easy', 0);
  grants.sent(5);
  grants.sent(9);
  assert.deepEqual(
    [4, 5, 6, 7, 8, 9, 10].map((number) => of(grants, number)),
    [undefined, 'start', 'easy', 'hard', 'hard', 'easy', undefined],
  );
  assert.equal(grants.current, 'easy');
  assert.equal(grants.newest, 9);
});

test('of several values for the next work, the last one holds', () => {
  const grants = new Grants([{ from: 0, value: 'start' }]);
  for (const value of ['a', 'b', 'start', 'c']) grants.settle(5, value, 0);
  assert.deepEqual([grants.at(4), grants.at(5)], ['start', 'c']);
  grants.settle(5, 'start', 0);
  assert.deepEqual(grants.list, [{ from: 0, value: 'start' }]);
});

test('a work that was sent, or has its value already, cannot get another one', () => {
  const grants = new Grants([{ from: 0, value: 'start' }]);
  grants.sent(5);
  assert.throws(() => grants.settle(5, 'late', 0), TOO_LATE);
  assert.throws(() => grants.settle(4, 'late', 0), TOO_LATE);
  grants.settle(9, 'next', 0);
  assert.throws(() => grants.settle(8, 'between', 0), TOO_LATE);
  assert.deepEqual([of(grants, 5), grants.at(8), grants.at(9)], ['start', 'start', 'next']);
});

test('an older work that is sent once more changes nothing', () => {
  const grants = new Grants([{ from: 0, value: 'start' }]);
  grants.sent(5);
  grants.sent(3);
  assert.equal(grants.newest, 5);
});

test('grants that begin with the list of another holder change independently of it', () => {
  const port = new Grants([{ from: 0, value: 'start' }]);
  const grants = new Grants(port.list);
  port.settle(3, 'new start', 0);
  assert.deepEqual([grants.at(3), port.at(3)], ['start', 'new start']);
});

test('a value that no known work needs is dropped; the value of the oldest known work is kept', () => {
  const grants = new Grants<string>();
  grants.settle(1, 'a', 0);
  grants.settle(2, 'b', 0);
  grants.settle(4, 'c', 3);
  assert.equal(grants.at(1), undefined);
  assert.equal(grants.at(3), 'b');
  grants.settle(5, 'd', 5);
  assert.equal(grants.at(4), undefined);
  assert.equal(grants.at(5), 'd');
});

test('a work whose value had to be dropped is unknown, and never gets the value of another work', () => {
  const grants = new Grants<number>();
  for (let number = 0; number < 1000; number += 1) grants.settle(number, number, 0);
  grants.sent(0);
  grants.sent(999);
  assert.equal(of(grants, 999), 999);
  assert.equal(of(grants, 1000), undefined);
  assert.equal(of(grants, 1000 - 256), 1000 - 256);
  assert.equal(of(grants, 1000 - 257), undefined);
  assert.equal(of(grants, 0), undefined);
});

test('the value of a known work never changes, whatever is settled after it was made', () => {
  const step = fc.record({
    made: fc.nat({ max: 3 }),
    values: fc.array(fc.nat({ max: 3 }), { maxLength: 4 }),
    age: fc.nat({ max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const grants = new Grants([{ from: 0, value: 0 }]);
      const worth = new Map<number, number | undefined>();
      let newest = 0;
      let oldest = 0;
      grants.sent(0);
      for (const { made, values, age } of steps) {
        for (const value of values) grants.settle(newest + 1, value, oldest);
        for (let i = 0; i < made; i += 1) {
          newest += 1;
          worth.set(newest, grants.at(newest));
        }
        grants.sent(newest);
        oldest = Math.max(oldest, newest - age);
        for (const [work, was] of worth) if (work >= oldest) assert.equal(of(grants, work), was);
      }
    }),
  );
});

test('a range of numbers has the value of its first number and of all changes within it, and none where the first is forgotten', () => {
  const grants = new Grants<bigint>([{ from: 0, value: 8n }]);
  grants.settle(10, 4n, 0);
  grants.settle(12, 16n, 0);
  grants.settle(20, 1n, 0);
  assert.deepEqual(grants.within({ oldest: 5, newest: 9 }), [8n]);
  assert.deepEqual(grants.within({ oldest: 9, newest: 19 }), [8n, 4n, 16n]);
  assert.deepEqual(grants.within({ oldest: 10, newest: 12 }), [4n, 16n]);
  grants.settle(30, 2n, 11);
  assert.equal(grants.within({ oldest: 9, newest: 19 }), undefined);
});
