import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, parseChainParams, requireOwnPool } from '../src/index.ts';
import { shownLine } from '../src/wire/printable.ts';

test('only addresses of this machine are loopback', () => {
  for (const address of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isLoopback(address), true, address);
  }
  for (const address of [
    '128.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '::',
    '2001:db8::1',
    '::ffff:10.0.0.1',
    'localhost',
    '',
  ]) {
    assert.equal(isLoopback(address), false, address);
  }
});

test('a pool elsewhere is not asked unless its operator says so, and the refusal says why', async () => {
  await requireOwnPool('127.0.0.1', false);
  await requireOwnPool('localhost', false);
  await requireOwnPool('192.0.2.1', true);
  await assert.rejects(requireOwnPool('192.0.2.1', false), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'ADIT_NOT_YOUR_POOL');
    assert.match(error.message, /192\.0\.2\.1 is not this machine.*attack.*--i-operate-this-pool/);
    return true;
  });
});

test('chain parameters are n and k, with a personalization where it differs', () => {
  assert.deepEqual(parseChainParams('48,5'), { n: 48, k: 5, personalization: 'ZcashPoW' });
  assert.deepEqual(parseChainParams('144,5,BgoldPoW'), { n: 144, k: 5, personalization: 'BgoldPoW' });
  for (const text of ['', '200', '200,9,short', '200,9,', '200, 9', '-200,9', '200,9,TooLong99']) {
    assert.throws(() => parseChainParams(text), { code: 'ADIT_BAD_OPTION' }, text);
  }
  assert.throws(() => parseChainParams('125,4'), { code: 'ADIT_BAD_EQUIHASH_PARAMETERS' });
});

test('a shown line has no password, no control characters, and an end', () => {
  const line = '{"id":2,"method":"mining.authorize","params":["a.b","secret"]}';
  assert.equal(shownLine(line), '{"id":2,"method":"mining.authorize","params":["a.b","***"]}');
  const elsewhere = '{"error":[24,"wrong password pass\\\\word",null]}';
  assert.equal(shownLine(elsewhere, 'pass\\word'), '{"error":[24,"wrong password ***",null]}');
  assert.equal(shownLine('xyz', 'x'), 'xyz');
  assert.equal(shownLine('\u001b[31mred\u202e\u0000'), '?[31mred??');
  assert.match(shownLine('x'.repeat(10_000)), /^x{320}\.\.\. \(10000 characters\)$/);
});
