import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import {
  type AditError,
  ByteReader,
  bigintFromBytes,
  checkBytes,
  concatBytes,
  encodeHex,
  hashValue,
  reverseBytes,
} from '../src/index.ts';

/** What untyped code may hand over. */
const untyped = (value: unknown): Uint8Array => value as Uint8Array;

test('hex text in the place of bytes is an error that says what to do, not "undefinedundefined"', () => {
  assert.throws(() => encodeHex(untyped('aa')), {
    code: 'ADIT_BAD_BYTES',
    message: /must be a Uint8Array, not a string of 2: decodeHex makes bytes of hex/,
  });
});

test('other things than bytes, and bytes of another length, are named in the error', () => {
  const faultOf = (value: unknown, length?: number): string => {
    try {
      checkBytes(untyped(value), 'prevHash', length);
      return '';
    } catch (error) {
      assert.equal((error as AditError).code, 'ADIT_BAD_BYTES');
      return (error as AditError).message;
    }
  };
  assert.equal(faultOf(new Uint8Array(3), 32), 'prevHash must be a Uint8Array of 32 bytes, not 3 bytes');
  assert.equal(faultOf([1, 2]), 'prevHash must be a Uint8Array, not a Array');
  assert.equal(faultOf(undefined), 'prevHash must be a Uint8Array, not undefined');
  assert.equal(faultOf(null, 1), 'prevHash must be a Uint8Array of 1 bytes, not null');
  assert.equal(faultOf(7), 'prevHash must be a Uint8Array, not a number');
  assert.equal(faultOf(new DataView(new ArrayBuffer(1))), 'prevHash must be a Uint8Array, not a DataView');
});

test('Buffers and arrays of another realm are bytes', () => {
  assert.equal(encodeHex(Buffer.from('0aff', 'hex')), '0aff');
  assert.equal(encodeHex(runInNewContext('Uint8Array.of(10, 255)') as Uint8Array), '0aff');
});

test('hex text is no hash: it does not count as the number 0, which would meet every target', () => {
  const text = untyped('ff'.repeat(32));
  for (const use of [
    hashValue,
    reverseBytes,
    bigintFromBytes,
    (bytes: Uint8Array) => new ByteReader(bytes),
  ]) {
    assert.throws(() => use(text), { code: 'ADIT_BAD_BYTES' });
  }
  assert.throws(() => concatBytes(Uint8Array.of(1), text), { code: 'ADIT_BAD_BYTES', message: /a part/ });
});
