import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line, messages, one, only, readyTrue, readyZcash, zcashServer } from './support.ts';

test('a text for the person who runs the miner is a notification, and is sent only after the subscription', () => {
  const words = { id: null, method: 'client.show_message', params: ['no node gives work'] };
  assert.deepEqual(only(readyZcash().showMessage('no node gives work')), words);
  assert.deepEqual(only(readyTrue().showMessage('no node gives work')), words);
  assert.deepEqual(zcashServer().showMessage('too early'), []);
});

test('reconnect without an address sends the miner back to the same address', () => {
  assert.deepEqual(only(readyZcash().reconnect()), { id: null, method: 'client.reconnect', params: [] });
  assert.deepEqual(zcashServer().reconnect(), []);
});

test('the port is a number, as in ZIP 301, but text for nheqminer, which throws otherwise', () => {
  const to = { host: 'pool.example.com', port: 3333, waitSeconds: 5 };
  assert.deepEqual(only(readyZcash().reconnect(to)), {
    id: null,
    method: 'client.reconnect',
    params: ['pool.example.com', 3333, 5],
  });
  const old = zcashServer();
  old.line(line({ id: 1, method: 'mining.subscribe', params: ['nheqminer/0.5c', null, 'h', '1'] }), 0);
  assert.deepEqual((only(old.reconnect(to)) as { params: unknown }).params, ['pool.example.com', '3333', 5]);
  assert.deepEqual((only(old.reconnect()) as { params: unknown }).params, []);
});

test('a difficulty in the password is handed on; the rest is what the port compares', () => {
  const seen: string[] = [];
  const session = zcashServer({
    authorize: (_worker, password) => {
      seen.push(password);
      return true;
    },
  });
  const authorize = (password: string) =>
    session.line(line({ id: 2, method: 'mining.authorize', params: ['w.1', password] }), 0);
  assert.equal(one(authorize('x,d=64'), 'authorized').difficulty, '64');
  assert.equal(one(authorize('x'), 'authorized').difficulty, undefined);
  assert.deepEqual(seen, ['x', 'x']);
});

test('a typing error in the password costs no work: the worker may mine, and a message names the error', () => {
  const session = zcashServer();
  for (const wish of ['d=0', 'd=-1', 'd=NaN', 'd=Infinity', 'd=1e-300', 'd=0x10', 'd=']) {
    const authorize = line({ id: 2, method: 'mining.authorize', params: ['w.1', wish] });
    const effects = session.line(authorize, 0);
    assert.equal(one(effects, 'authorized').difficulty, undefined);
    const [reply, words] = messages(effects) as { result?: unknown; method?: string }[];
    assert.equal(reply?.result, true);
    assert.equal(words?.method, 'client.show_message');
  }
});
