import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseListenAddress, parsePoolAddress, placeOf } from '../../src/tap/index.ts';

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

test('the address of a pool is a URL or host and port, and a worker in it is ignored', () => {
  assert.deepEqual(parsePoolAddress('stratum+tcp://alice.rig1:pw@127.0.0.1:3333'), {
    host: '127.0.0.1',
    port: 3333,
    tls: false,
  });
  assert.deepEqual(parsePoolAddress('pool.example:3333'), { host: 'pool.example', port: 3333, tls: false });
  assert.deepEqual(parsePoolAddress('localhost:1'), { host: 'localhost', port: 1, tls: false });
  assert.deepEqual(parsePoolAddress('stratum+ssl://[::1]:3333'), { host: '::1', port: 3333, tls: true });
  for (const text of [
    '',
    'pool.example',
    'http://x:1',
    'stratum+tcp://x:0',
    'stratum+tcp://u:secret@:x',
    'h:1/secret',
  ]) {
    assert.throws(
      () => parsePoolAddress(text),
      (error: { code: string; message: string }) =>
        error.code === 'ADIT_BAD_OPTION' && !error.message.includes('secret'),
    );
  }
  assert.throws(() => parsePoolAddress('h:99999', '--against'), {
    message: /^--against: the pool's address has a port above 65535/,
  });
});

test('an address is written so that it can be read again', () => {
  assert.equal(placeOf('127.0.0.1', 1), '127.0.0.1:1');
  assert.equal(placeOf('::1', 1), '[::1]:1');
});
