import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { firstNonceOf, hasPrefix, nonceReadings, parseNonce } from '../src/index.ts';
import { hex } from './support.ts';

const LAST = (1n << 64n) - 1n;

test('digits alone are decimal, 0x or a letter makes them hexadecimal, and exact numbers are taken', () => {
  for (const [value, nonce] of [
    ['1060', 1060n],
    ['0', 0n],
    ['007', 7n],
    ['18446744073709551615', LAST],
    ['12746283679700578177', 12746283679700578177n],
    ['0x1060', 0x1060n],
    ['0X1060', 0x1060n],
    ['0xFFFFFFFFFFFFFFFF', LAST],
    ['ff', 255n],
    ['Ff00', 0xff00n],
    ['1e3', 0x1e3n],
    ['0000000000001060', 1060n],
    [1060, 1060n],
    [0, 0n],
    [-0, 0n],
    [Number.MAX_SAFE_INTEGER, 9007199254740991n],
  ] as const) {
    assert.equal(parseNonce(value), nonce, String(value));
  }
});

test('2^64 and more is refused in every spelling', () => {
  for (const value of ['18446744073709551616', '99999999999999999999']) {
    assert.equal(parseNonce(value), 'the nonce must be below 2^64', value);
  }
  for (const value of [
    '0x10000000000000000',
    '100000000000000000000',
    '1ffffffffffffffff',
    '9'.repeat(5000),
  ]) {
    assert.equal(
      parseNonce(value),
      'the nonce must be an unsigned 64-bit integer as a decimal string',
      value,
    );
  }
});

test('a number that may have lost digits is refused, and the miner is told what to send', () => {
  for (const value of [2 ** 53, 1e30, Number.POSITIVE_INFINITY, -1, 1.5, Number.NaN]) {
    assert.match(String(parseNonce(value)), /send the nonce as a decimal string$/, String(value));
  }
});

test('a nonce that is not an unsigned integer is refused', () => {
  for (const value of [
    '',
    '-1',
    '+1',
    ' 1',
    '1 ',
    '1.0',
    '1e+3',
    '0x',
    '0xg',
    '1_000',
    '\uff11',
    '1\n',
    'xyz',
  ]) {
    assert.equal(typeof parseNonce(value), 'string', JSON.stringify(value));
  }
  for (const value of [null, undefined, true, {}, ['1'], 1n]) {
    assert.equal(parseNonce(value), 'the nonce must be a decimal string');
  }
});

test('every 64-bit integer has a decimal and a 0x spelling that give it back', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, LAST), (nonce) => {
      assert.equal(parseNonce(nonce.toString()), nonce);
      assert.equal(parseNonce(`0x${nonce.toString(16)}`), nonce);
      assert.equal(parseNonce(`0x${nonce.toString(16).toUpperCase().padStart(16, '0')}`), nonce);
    }),
  );
});

test('the prefix of a nonce is its leading big-endian bytes', () => {
  assert.equal(firstNonceOf(hex('080c')), 0x080c_0000_0000_0000n);
  assert.equal(firstNonceOf(hex('')), 0n);
  assert.equal(hasPrefix(0x080c_ffff_ffff_ffffn, hex('080c')), true);
  assert.equal(hasPrefix(0x080d_0000_0000_0000n, hex('080c')), false);
  assert.equal(hasPrefix(1060n, hex('080c')), false);
  assert.equal(hasPrefix(LAST, hex('')), true);
});

test('a nonce that leaves room for the prefix may also mean prefix and value', () => {
  assert.deepEqual(nonceReadings(1060n, hex('080c')), [1060n, 0x080c_0000_0000_0424n]);
  assert.deepEqual(nonceReadings((1n << 48n) - 1n, hex('080c')), [(1n << 48n) - 1n, 0x080c_ffff_ffff_ffffn]);
  assert.deepEqual(nonceReadings(1n << 48n, hex('080c')), [1n << 48n]);
  assert.deepEqual(nonceReadings(1060n, hex('')), [1060n]);
  assert.deepEqual(nonceReadings(1060n, hex('0000')), [1060n]);
});

test('the first reading is the nonce as given, and the second has the prefix', () => {
  fc.assert(
    fc.property(fc.bigInt(0n, LAST), fc.uint8Array({ maxLength: 3 }), (nonce, nonce1) => {
      const [first, second, ...more] = nonceReadings(nonce, nonce1);
      assert.equal(first, nonce);
      assert.deepEqual(more, []);
      if (second !== undefined) {
        assert.equal(hasPrefix(second, nonce1), true);
        assert.equal(second - firstNonceOf(nonce1), nonce);
        assert.ok(second <= LAST);
      }
    }),
  );
});
