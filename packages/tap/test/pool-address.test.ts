import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolAddress } from '../src/index.ts';

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
