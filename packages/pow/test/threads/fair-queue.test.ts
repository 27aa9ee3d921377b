import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, Queued } from '../../src/threads/fair-queue.ts';
import { Lengths, Rank } from '../../src/threads/lengths.ts';

class Item extends Queued {
  name = '';
}

let clock = 0;
function item(group: string, member: number, name = '', urgent = false): Item {
  clock += 1;
  const made = new Item({ group, member, urgent }, clock);
  made.name = name === '' ? `${group}${member}` : name;
  return made;
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

test('urgent tasks take turns among themselves, and make room for each other alone', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 9; i += 1) queue.push(item('farm', 1, `share${i}`));
  for (let i = 0; i < 4; i += 1) queue.push(item('finder', 2, `block${i}`, true));
  assert.equal(queue.makeRoom({ group: 'alice', member: 3, urgent: true })?.name, 'block3');
  queue.push(item('alice', 3, 'a', true));
  assert.equal(names(queue.take(5)), 'block0 a block1 block2 share0');
});

test('a member of many tasks keeps their order while some come, go and lose their place', () => {
  const queue = new FairQueue<Item>();
  const expected: string[] = [];
  let made = 0;
  for (let round = 0; round < 100; round += 1) {
    for (let i = 0; i < 7; i += 1) {
      queue.push(item('farm', 1, `x${made}`));
      expected.push(`x${made}`);
      made += 1;
    }
    assert.equal(queue.makeRoom({ group: 'bob', member: 2 })?.name, expected.pop());
    assert.equal(names(queue.take(4)), expected.splice(0, 4).join(' '));
  }
  assert.equal(names(queue.take(1000)), expected.join(' '));
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
        assert.equal(queue.groups, new Set([...waiting].map(({ lane }) => lane.group)).size);
        const ages = [...waiting].map(({ since }) => since);
        assert.equal(queue.oldest, ages.length === 0 ? undefined : Math.min(...ages));
      }
    }),
  );
});

test('the longest is known after any sequence of steps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { maxLength: 200 }),
      (steps) => {
        const lengths = new Lengths<number>();
        const items = Array.from({ length: 5 }, (_, index) => new Rank(index));
        for (const [index, grows] of steps) {
          const one = items[index];
          if (one === undefined) continue;
          if (grows) lengths.grow(one);
          else if (one.length > 0) lengths.shrink(one);
          const most = Math.max(...items.map(({ length }) => length));
          // Those of one task are not told apart.
          if (most < 2) assert.equal(lengths.longest, undefined);
          else assert.equal(items[lengths.longest ?? -1]?.length, most);
        }
      },
    ),
  );
});
