import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KeptSessions } from '../src/ports/kept-sessions.ts';

function store(keepMs: number, max: number) {
  const dropped: string[] = [];
  return { dropped, sessions: new KeptSessions<string>({ keepMs, max }, (value) => dropped.push(value)) };
}

test('a kept session can be taken once', () => {
  const { sessions, dropped } = store(1000, 10);
  assert.equal(sessions.keep('id', 'session', 0), true);
  assert.equal(sessions.take('id', 500), 'session');
  assert.equal(sessions.take('id', 500), undefined);
  sessions.prune(5000);
  assert.deepEqual(dropped, []);
});

test('a session that is too old cannot be taken, and is dropped', () => {
  const { sessions, dropped } = store(1000, 10);
  sessions.keep('old', 'a', 0);
  sessions.keep('new', 'b', 600);
  assert.equal(sessions.take('old', 1001), undefined);
  sessions.prune(1001);
  assert.deepEqual(dropped, ['a']);
  assert.equal(sessions.take('new', 1600), 'b');
});

test('the oldest session is dropped where there are too many', () => {
  const { sessions, dropped } = store(1000, 2);
  for (const id of ['a', 'b', 'c', 'd']) sessions.keep(id, id, 0);
  assert.deepEqual(dropped, ['a', 'b']);
  assert.equal(sessions.size, 2);
});

test('where sessions are not kept the caller still owns the value', () => {
  assert.equal(store(0, 10).sessions.keep('id', 'session', 0), false);
  assert.equal(store(1000, 0).sessions.keep('id', 'session', 0), false);
});

test('clear drops all sessions', () => {
  const { sessions, dropped } = store(1000, 10);
  for (const id of ['a', 'b']) sessions.keep(id, id, 0);
  sessions.clear();
  assert.deepEqual([dropped, sessions.size, sessions.take('a', 0)], [['a', 'b'], 0, undefined]);
});
