import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, type Lane } from '../../src/threads/fair-queue.ts';
import { Lengths } from '../../src/threads/lengths.ts';

interface Item {
  readonly name: string;
  readonly lane: Lane;
  readonly since: number;
}

let clock = 0;
function item(group: string, member: number, name = '', urgent = false): Item {
  clock += 1;
  return { name: name === '' ? `${group}${member}` : name, lane: { group, member, urgent }, since: clock };
}

function names(items: readonly Item[]): string {
  return items.map(({ name }) => name).join(' ');
}

test('groups take turns, whatever each has sent', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 100; i += 1) queue.push(item('flooder', 1, `f${i}`));
  queue.push(item('alice', 2, 'a'));
  queue.push(item('bob', 3, 'b'));
  assert.equal(names(queue.take(6)), 'f0 a b f1 f2 f3');
});

test('inside a group its members take turns, and each has its own order', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 3; i += 1) queue.push(item('farm', 1, `x${i}`));
  queue.push(item('farm', 2, 'y'));
  queue.push(item('farm', 3, 'z'));
  assert.equal(names(queue.take(10)), 'x0 y z x1 x2');
});

test('urgent tasks come first in their order, and lost ones before them', () => {
  const queue = new FairQueue<Item>();
  queue.push(item('a', 1));
  queue.push(item('b', 2, 'block1', true));
  queue.push(item('a', 1, 'block2', true));
  queue.returnToFront([item('c', 3, 'lost1'), item('c', 3, 'lost2')]);
  assert.equal(names(queue.take(9)), 'lost1 lost2 block1 block2 a1');
});

test('room is made by the newest task of whoever holds most', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 5; i += 1) queue.push(item('flooder', 1, `f${i}`));
  queue.push(item('alice', 2));
  assert.equal(queue.makeRoom({ group: 'bob', member: 9 })?.name, 'f4');
  assert.equal(
    queue.makeRoom({ group: 'flooder', member: 1 }),
    undefined,
    'nobody makes room for the longest',
  );
  assert.equal(queue.length, 5);
});

test('of one group the member with most makes room, and who has as much as he gets nothing', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 4; i += 1) queue.push(item('farm', 1, `x${i}`));
  queue.push(item('farm', 2));
  assert.equal(queue.makeRoom({ group: 'farm', member: 2 })?.name, 'x3');
  assert.equal(queue.makeRoom({ group: 'farm', member: 1 }), undefined);
  const even = new FairQueue<Item>();
  for (const member of [1, 2]) even.push(item('farm', member));
  assert.equal(even.makeRoom({ group: 'farm', member: 3 }), undefined, 'to and fro would help nobody');
});

test('the oldest is found, and a lane that is empty is forgotten', () => {
  const queue = new FairQueue<Item>();
  assert.equal(queue.oldest, undefined);
  const first = item('a', 1);
  queue.push(first);
  queue.push(item('b', 1));
  assert.deepEqual([queue.oldest, queue.groups], [first.since, 2]);
  queue.take(2);
  assert.deepEqual([queue.oldest, queue.groups, queue.length], [undefined, 0, 0]);
});

test('whatever is done, every task is taken or loses its place exactly once, and nobody waits for more than one round', () => {
  const step = fc.oneof(
    fc.record({
      kind: fc.constant('push' as const),
      group: fc.integer({ min: 0, max: 3 }),
      member: fc.integer({ min: 0, max: 2 }),
    }),
    fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({
      kind: fc.constant('room' as const),
      group: fc.integer({ min: 0, max: 3 }),
      member: fc.integer({ min: 0, max: 2 }),
    }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const queue = new FairQueue<Item>();
      const waiting = new Set<Item>();
      const held = (group: string) => [...waiting].filter(({ lane }) => lane.group === group).length;
      for (const one of steps) {
        if (one.kind === 'push') {
          const task = item(String(one.group), one.member);
          queue.push(task);
          waiting.add(task);
        } else if (one.kind === 'take') {
          const groups = new Set([...waiting].map(({ lane }) => lane.group)).size;
          const taken = queue.take(one.count);
          assert.equal(taken.length, Math.min(one.count, waiting.size));
          // The first of them are of as many groups as there are: a turn each.
          const fair = taken.slice(0, Math.min(one.count, groups)).map(({ lane }) => lane.group);
          assert.equal(new Set(fair).size, fair.length);
          for (const task of taken) assert.ok(waiting.delete(task));
        } else {
          const group = String(one.group);
          const loser = queue.makeRoom({ group, member: one.member });
          if (loser !== undefined) {
            assert.ok(loser.lane.group === group || held(loser.lane.group) > held(group) + 1);
            assert.ok(waiting.delete(loser));
          }
        }
        assert.equal(queue.length, waiting.size);
      }
    }),
  );
});

test('the longest is known after any sequence of steps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { maxLength: 200 }),
      (steps) => {
        const lengths = new Lengths<{ length: number }>();
        const items = Array.from({ length: 5 }, () => ({ length: 0 }));
        for (const [index, grows] of steps) {
          const one = items[index];
          if (one === undefined) continue;
          if (grows) lengths.grow(one);
          else if (one.length > 0) lengths.shrink(one);
          assert.equal(lengths.longest?.length ?? 0, Math.max(...items.map(({ length }) => length)));
        }
      },
    ),
  );
});
