import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_KINDS, MESSAGE_LIMITS, type MessageKind } from '../src/index.ts';
import { bytesOf, line, ofKind, one, readyTrue, readyZcash, zcashServer, zcashSubmit } from './support.ts';

const LIMITS = {
  login: { perSecond: 1, burst: 3 },
  submit: { perSecond: 10, burst: 5 },
  other: { perSecond: 1, burst: 2 },
  pendingSubmissions: 2,
};
const AUTHORIZE = line({ id: 2, method: 'mining.authorize', params: ['w.1', 'x'] });

test('more than a burst of one kind asks for a pause until the rate is kept again', () => {
  const session = zcashServer({ limits: LIMITS });
  for (let i = 0; i < 3; i += 1) assert.deepEqual(ofKind(session.line(AUTHORIZE, 0), 'slow'), []);
  const slow = one(session.line(AUTHORIZE, 0), 'slow');
  assert.deepEqual([slow.ms, slow.sent], [1000, 'authorize']);
});

test('messages that come too fast are still answered: a pause delays them and refuses none', () => {
  const session = readyZcash({ limits: LIMITS });
  const effects = Array.from({ length: 30 }, (_, id) => session.line(zcashSubmit(id + 10), 0)).flat();
  assert.equal(ofKind(effects, 'submit').length, 30);
  assert.equal(ofKind(effects, 'slow').length, 25);
});

test('one kind of message does not use up the rate of another', () => {
  const session = readyZcash({ limits: LIMITS });
  for (let i = 0; i < 10; i += 1) session.line(line({ id: i, method: 'mining.configure', params: [] }), 0);
  assert.deepEqual(ofKind(session.line(zcashSubmit(4), 0), 'slow'), []);
});

test('one pause lasts at most five seconds, however long the flood was', () => {
  const session = zcashServer({ limits: LIMITS });
  const effects = Array.from({ length: 1000 }, () => session.line(bytesOf('nonsense'), 0)).flat();
  assert.equal(Math.max(...ofKind(effects, 'slow').map(({ ms }) => ms)), 5_000);
});

test('after some time, a whole burst is free again', () => {
  const session = zcashServer({ limits: LIMITS });
  for (let i = 0; i < 3; i += 1) session.line(AUTHORIZE, 0);
  assert.deepEqual(ofKind(session.line(AUTHORIZE, 1_000), 'slow'), []);
  assert.equal(ofKind(session.line(AUTHORIZE, 1_000), 'slow').length, 1);
  for (let i = 0; i < 3; i += 1) assert.deepEqual(ofKind(session.line(AUTHORIZE, 60_000), 'slow'), []);
});

test('a proxy authorises its whole farm in one packet, and three shares at once are normal', () => {
  const session = zcashServer({ limits: MESSAGE_LIMITS });
  const effects = Array.from({ length: 256 }, (_, i) =>
    session.line(line({ id: i, method: 'mining.authorize', params: [`farm.${i}`] }), 0),
  ).flat();
  assert.equal(ofKind(effects, 'authorized').length, 256);
  assert.deepEqual(ofKind(effects, 'slow'), []);
  const miner = readyTrue({ limits: MESSAGE_LIMITS });
  for (let i = 0; i < 3; i += 1) {
    const submit = line({ id: 244, method: 'mining.submit', params: ['miner1', '000000010000', String(i)] });
    assert.deepEqual(ofKind(miner.line(submit, 0), 'slow'), []);
  }
});

test('the port learns the kind of every line', () => {
  const kinds: MessageKind[] = [];
  const session = zcashServer({ onMessage: (kind) => kinds.push(kind) });
  const methods = ['mining.subscribe', 'mining.authorize', 'mining.submit', 'mining.hello'];
  for (const method of methods) session.line(line({ id: 1, method, params: [] }), 0);
  session.line(line({ id: 7, result: true, error: null }), 0);
  session.line(bytesOf('{'), 0);
  assert.deepEqual(kinds, ['subscribe', 'authorize', 'submit', 'other', 'response', 'malformed']);
  assert.deepEqual(new Set(kinds), new Set(MESSAGE_KINDS));
  assert.equal(MESSAGE_KINDS.length, kinds.length);
});

test('subscribe and authorize share one rate', () => {
  const session = zcashServer({ limits: LIMITS });
  const login = (method: string) => session.line(line({ id: 1, method, params: ['w.1'] }), 0);
  for (const method of ['mining.authorize', 'mining.authorize', 'mining.authorize'])
    assert.deepEqual(ofKind(login(method), 'slow'), []);
  assert.equal(one(login('mining.subscribe'), 'slow').sent, 'subscribe');
});

test('if the port names no limits, a burst of 300 logins, 1000 shares or 100 other messages is free', () => {
  for (const [method, burst, ms] of [
    ['mining.authorize', 300, 200],
    ['mining.submit', 1000, 5],
    ['mining.hello', 100, 100],
  ] as const) {
    const session = zcashServer();
    const message = line({ id: 1, method, params: ['w.1'] });
    for (let i = 0; i < burst; i += 1) assert.deepEqual(ofKind(session.line(message, 0), 'slow'), []);
    assert.equal(one(session.line(message, 0), 'slow').ms, ms);
  }
});
