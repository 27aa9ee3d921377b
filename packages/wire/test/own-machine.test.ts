import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLoopback, requireLoopback, requireOwnPool } from '../src/index.ts';

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

test('a port that others reach is opened only where that is allowed, and the refusal names the option', () => {
  const access = { allowed: false, option: '--allow-remote' };
  for (const host of ['127.0.0.1', 'localhost', 'LOCALHOST', '::1']) requireLoopback(host, access);
  requireLoopback('0.0.0.0', { ...access, allowed: true });
  for (const host of ['0.0.0.0', '::', '192.0.2.1', 'pool.example']) {
    assert.throws(() => requireLoopback(host, access), {
      code: 'ADIT_NOT_LOOPBACK',
      message: /can be reached from other machines: .* --allow-remote$/,
    });
  }
});

test('a pool elsewhere is not asked unless its operator says so, and the refusal says why', async () => {
  const mine = { operated: false, harm: 'That is an attack.' };
  await requireOwnPool('127.0.0.1', mine);
  await requireOwnPool('localhost', mine);
  await requireOwnPool('192.0.2.1', { ...mine, operated: true });
  await assert.rejects(requireOwnPool('192.0.2.1', mine), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'ADIT_NOT_YOUR_POOL');
    assert.match(error.message, /192\.0\.2\.1 is not this machine.*attack.*--i-operate-this-pool/);
    return true;
  });
});
