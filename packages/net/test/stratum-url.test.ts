import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePoolUrl, parseStratumUrl } from '@adit/net';

/** Says which part is wrong and what was expected, and never the password. */
function assertRefused(read: (text: string) => unknown, text: string, what: RegExp): void {
  assert.throws(
    () => read(text),
    (error: Error & { code?: string }) =>
      error.code === 'ADIT_BAD_URL' &&
      what.test(error.message) &&
      error.message.includes('expected') &&
      !error.message.includes('secret'),
    text,
  );
}

test('pool addresses are read strictly, and errors name what was expected, but never the password', () => {
  assert.deepEqual(parseStratumUrl('stratum+tcp://alice.rig1:pa%20ss@pool.example:3333'), {
    host: 'pool.example',
    port: 3333,
    worker: 'alice.rig1',
    password: 'pa ss',
  });
  assert.equal(parseStratumUrl('stratum+tcp://a@[::1]:1').host, '::1');
  assert.equal(parseStratumUrl('stratum+tcp://a@h:1').password, 'x');
  for (const scheme of ['stratum+tls', 'stratum+ssl', 'stratums', 'ssl', 'tls', 'SSL']) {
    assert.deepEqual(parseStratumUrl(`${scheme}://a.1:x@h:1`), {
      host: 'h',
      port: 1,
      worker: 'a.1',
      password: 'x',
      tls: true,
    });
  }
  for (const scheme of ['stratum', 'tcp']) {
    const { tls, worker } = parseStratumUrl(`${scheme}://a.1@h:1`);
    assert.deepEqual([tls, worker], [undefined, 'a.1']);
  }
  for (const [bad, what] of [
    ['http://a:secret@h:1', /begins with "http:"/],
    ['stratum+tcp://h:1', /lacks the worker/],
    ['h:1', /lacks the worker/],
    ['stratum+tcp://a:secret@h', /lacks the host or the port/],
    ['stratum+tcp://a:secret%@h:1', /a % in the worker or password/],
    ['', /lacks the host or the port/],
  ] as const) {
    assertRefused(parseStratumUrl, bad, what);
  }
});

test('the address of a pool may have only host and port, and its worker is read if it has one', () => {
  assert.deepEqual(parsePoolUrl('localhost:1'), { host: 'localhost', port: 1 });
  assert.deepEqual(parsePoolUrl('127.0.0.1:42885'), { host: '127.0.0.1', port: 42885 });
  assert.deepEqual(parsePoolUrl('[::1]:3333'), { host: '::1', port: 3333 });
  assert.deepEqual(parsePoolUrl('stratum+tls://h:1/'), { host: 'h', port: 1, tls: true });
  assert.deepEqual(parsePoolUrl('stratum+tcp://a@h:1'), { host: 'h', port: 1, worker: 'a' });
  assert.deepEqual(parsePoolUrl('a:b@h:1'), { host: 'h', port: 1, worker: 'a', password: 'b' });
});

test('the error names the part of a pool’s address that is wrong', () => {
  for (const [bad, what] of [
    ['127.0.0.1:99999', /a port above 65535/],
    ['stratum+tcp://a:secret@h:65536', /a port above 65535/],
    ['::1:42885', /IPv6 address without \[ and \]/],
    ['stratum+tcp://h:1/path', /something behind the port/],
    ['stratum+tcp://h:1?q', /something behind the port/],
    ['a:1#secret@h:1', /something behind the port/],
    ['127.0.0.1', /lacks the host or the port/],
    ['h:0', /lacks the host or the port/],
    ['h:x', /is no URL/],
    ['http://h:1', /begins with "http:"/],
  ] as const) {
    assertRefused(parsePoolUrl, bad, what);
  }
});
