import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListenAddress, placeOf } from '../src/index.ts';

test('an address to listen on has a port, and 127.0.0.1 where the host is left out', () => {
  assert.deepEqual(parseListenAddress('3334'), { host: '127.0.0.1', port: 3334 });
  assert.deepEqual(parseListenAddress('127.0.0.2:0'), { host: '127.0.0.2', port: 0 });
  assert.deepEqual(parseListenAddress('[::1]:3334'), { host: '::1', port: 3334 });
  assert.deepEqual(parseListenAddress('localhost:1'), { host: 'localhost', port: 1 });
  for (const text of ['', 'x', '127.0.0.1', '127.0.0.1:70000', 'a b:1', '::1:3334', 'http://x:1']) {
    assert.throws(() => parseListenAddress(text), { code: 'ADIT_BAD_OPTION', message: /^--listen must be/ });
  }
  assert.throws(() => parseListenAddress('127.0.0.1:99999'), { message: /of at most 65535/ });
});

test('an address is written so that it can be read again', () => {
  assert.equal(placeOf('127.0.0.1', 1), '127.0.0.1:1');
  assert.equal(placeOf('::1', 1), '[::1]:1');
});
