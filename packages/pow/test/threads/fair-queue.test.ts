import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { FairQueue, QueueEntry } from '../../src/threads/fair-queue.ts';
import { BucketEntry, MaxBuckets } from '../../src/threads/max-buckets.ts';

class Item extends QueueEntry {
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

test('groups take turns, however many jobs each has', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 100; i += 1) queue.push(item('flooder', 1, `f${i}`));
  queue.push(item('alice', 2, 'a'));
  queue.push(item('bob', 3, 'b'));
  assert.equal(names(queue.take(6)), 'f0 a b f1 f2 f3');
});

test('the members of a group take turns, and the jobs of a member keep their order', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 3; i += 1) queue.push(item('farm', 1, `x${i}`));
  queue.push(item('farm', 2, 'y'));
  queue.push(item('farm', 3, 'z'));
  assert.equal(names(queue.take(10)), 'x0 y z x1 x2');
});

test('urgent jobs are served before ordinary ones, and lost jobs before both', () => {
  const queue = new FairQueue<Item>();
  queue.push(item('a', 1));
  queue.push(item('b', 2, 'block1', true));
  queue.push(item('a', 1, 'block2', true));
  queue.returnToFront([item('c', 3, 'lost1'), item('c', 3, 'lost2')]);
  assert.equal(names(queue.take(9)), 'lost1 lost2 block1 block2 a1');
});

test('urgent jobs take turns with each other, and make room only for other urgent jobs', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 9; i += 1) queue.push(item('farm', 1, `share${i}`));
  for (let i = 0; i < 4; i += 1) queue.push(item('finder', 2, `block${i}`, true));
  assert.equal(queue.makeRoom({ group: 'alice', member: 3, urgent: true })?.name, 'block3');
  queue.push(item('alice', 3, 'a', true));
  assert.equal(names(queue.take(5)), 'block0 a block1 block2 share0');
});

test('the jobs of a member keep their order while others are added, taken and evicted', () => {
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

test('the newest job of the group with the most jobs makes room', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 5; i += 1) queue.push(item('flooder', 1, `f${i}`));
  queue.push(item('alice', 2));
  assert.equal(queue.makeRoom({ group: 'bob', member: 9 })?.name, 'f4');
  assert.equal(
    queue.makeRoom({ group: 'flooder', member: 1 }),
    undefined,
    'no job makes room for the group with the most jobs',
  );
  assert.equal(queue.length, 5);
});

test('in a group the member with the most jobs makes room, and a member with as many jobs gets no room', () => {
  const queue = new FairQueue<Item>();
  for (let i = 0; i < 4; i += 1) queue.push(item('farm', 1, `x${i}`));
  queue.push(item('farm', 2));
  assert.equal(queue.makeRoom({ group: 'farm', member: 2 })?.name, 'x3');
  assert.equal(queue.makeRoom({ group: 'farm', member: 1 }), undefined);
  const even = new FairQueue<Item>();
  for (const member of [1, 2]) even.push(item('farm', member));
  assert.equal(
    even.makeRoom({ group: 'farm', member: 3 }),
    undefined,
    'equal members must not evict each other',
  );
});

test('the queue knows its oldest job, and forgets lanes without jobs', () => {
  const queue = new FairQueue<Item>();
  assert.equal(queue.oldest, undefined);
  const first = item('a', 1);
  queue.push(first);
  queue.push(item('b', 1));
  assert.deepEqual([queue.oldest, queue.groups], [first.since, 2]);
  queue.take(2);
  assert.deepEqual([queue.oldest, queue.groups, queue.length], [undefined, 0, 0]);
});

test('after any sequence of steps, each job was taken or evicted exactly once, and each group had its turn in each round', () => {
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
          const job = item(String(one.group), one.member);
          queue.push(job);
          waiting.add(job);
        } else if (one.kind === 'take') {
          const groups = new Set([...waiting].map(({ lane }) => lane.group)).size;
          const taken = queue.take(one.count);
          assert.equal(taken.length, Math.min(one.count, waiting.size));
          // The first jobs are of different groups: each group has one turn before any has a second.
          const fair = taken.slice(0, Math.min(one.count, groups)).map(({ lane }) => lane.group);
          assert.equal(new Set(fair).size, fair.length);
          for (const job of taken) assert.ok(waiting.delete(job));
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

test('the largest owner is known after any sequence of steps', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), { maxLength: 200 }),
      (steps) => {
        const buckets = new MaxBuckets<number>();
        const entries = Array.from({ length: 5 }, (_, index) => new BucketEntry(index));
        for (const [index, grows] of steps) {
          const one = entries[index];
          if (one === undefined) continue;
          if (grows) buckets.increment(one);
          else if (one.count > 0) buckets.decrement(one);
          const most = Math.max(...entries.map(({ count }) => count));
          // Owners with one job are not compared.
          if (most < 2) assert.equal(buckets.largest, undefined);
          else assert.equal(entries[buckets.largest ?? -1]?.count, most);
        }
      },
    ),
  );
});
