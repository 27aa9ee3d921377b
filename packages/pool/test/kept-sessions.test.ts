import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeptSessions } from '../src/ports/kept-sessions.ts';

function store(keepMs: number, max: number) {
  const dropped: string[] = [];
  return { dropped, sessions: new KeptSessions<string>({ keepMs, max }, (value) => dropped.push(value)) };
}

test('a kept session can be taken once', () => {
  const { sessions, dropped } = store(1000, 10);
  assert.equal(sessions.keep('id', 'session', { group: 'a', now: 0 }), true);
  assert.equal(sessions.take('id', 500), 'session');
  assert.equal(sessions.take('id', 500), undefined);
  sessions.prune(5000);
  assert.deepEqual(dropped, []);
});

test('a session that is too old cannot be taken, and is dropped', () => {
  const { sessions, dropped } = store(1000, 10);
  sessions.keep('old', 'a', { group: 'a', now: 0 });
  sessions.keep('new', 'b', { group: 'a', now: 600 });
  assert.equal(sessions.take('old', 1001), undefined);
  sessions.prune(1001);
  assert.deepEqual(dropped, ['a']);
  assert.equal(sessions.take('new', 1600), 'b');
});

test('the oldest session of a group is dropped where there are too many', () => {
  const { sessions, dropped } = store(1000, 2);
  for (const id of ['a', 'b', 'c', 'd']) sessions.keep(id, id, { group: 'a', now: 0 });
  assert.deepEqual(dropped, ['a', 'b']);
  assert.equal(sessions.size, 2);
});

test('where sessions are not kept the caller still owns the value', () => {
  assert.equal(store(0, 10).sessions.keep('id', 'session', { group: 'a', now: 0 }), false);
  assert.equal(store(1000, 0).sessions.keep('id', 'session', { group: 'a', now: 0 }), false);
});

test('clear drops all sessions', () => {
  const { sessions, dropped } = store(1000, 10);
  for (const id of ['a', 'b']) sessions.keep(id, id, { group: 'a', now: 0 });
  sessions.clear();
  assert.deepEqual([dropped, sessions.size, sessions.take('a', 0)], [['a', 'b'], 0, undefined]);
});

test('a group with many sessions pushes out its own, and never those of others', () => {
  const { sessions, dropped } = store(1000, 100);
  for (let i = 0; i < 10; i += 1) sessions.keep(`honest-${i}`, `honest-${i}`, { group: `home-${i}`, now: 0 });
  for (let i = 0; i < 5_000; i += 1)
    sessions.keep(`flood-${i}`, `flood-${i}`, { group: `flood-${i % 6}`, now: 1 });
  assert.equal(sessions.size, 100);
  assert.equal(dropped.length, 4_910);
  assert.ok(dropped.every((name) => name.startsWith('flood')));
  assert.equal(sessions.take('honest-0', 2), 'honest-0');
  assert.equal(sessions.take('flood-4999', 2), 'flood-4999', 'the newest ones of the flood are still there');
});

test('only where there are more groups than places, the oldest of them loses its session', () => {
  const { sessions, dropped } = store(1000, 3);
  for (const id of ['a', 'b', 'c', 'd', 'e']) sessions.keep(id, id, { group: id, now: 0 });
  assert.deepEqual(dropped, ['a', 'b']);
});

test('property: the group that loses a session is one of the largest', () => {
  const step = fc.record({ id: fc.nat(40), group: fc.nat(5), takes: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const owners = new Map<string, number>();
      const count = (group: number) => [...owners.values()].filter((one) => one === group).length;
      const max = 8;
      const sessions = new KeptSessions<string>({ keepMs: 1000, max }, (id) => {
        const group = owners.get(id) ?? -1;
        assert.equal(count(group), Math.max(...[0, 1, 2, 3, 4, 5].map(count)));
        owners.delete(id);
      });
      for (const [i, { id, group, takes }] of steps.entries()) {
        if (takes) {
          const taken = [...owners.keys()][id];
          if (taken === undefined) continue;
          owners.delete(taken);
          assert.equal(sessions.take(taken, 0), taken);
        } else {
          owners.set(String(i), group);
          sessions.keep(String(i), String(i), { group: String(group), now: 0 });
        }
        assert.equal(sessions.size, owners.size);
        assert.ok(sessions.size <= max);
      }
    }),
  );
});
