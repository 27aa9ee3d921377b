import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bigintFromBytes, bigintFromBytesLE, bigintToBytes, reverseBytes } from '../src/bytes.ts';

const bytes = fc.uint8Array({ maxLength: 40 });

test('a number in little-endian bytes is the number of the reversed bytes, for every length', () => {
  fc.assert(
    fc.property(bytes, (value) => {
      assert.equal(bigintFromBytesLE(value), bigintFromBytes(reverseBytes(value)));
    }),
  );
});

test('a number that is written to big-endian bytes of any length is read back, with zeros on the left', () => {
  fc.assert(
    fc.property(bytes, fc.nat(20), (value, zeros) => {
      const written = bigintToBytes(bigintFromBytes(value), value.length + zeros);
      assert.deepEqual([...written], [...new Uint8Array(zeros), ...value]);
    }),
  );
});

test('a view into a larger buffer is read from its own bytes alone', () => {
  const view = new Uint8Array([9, 1, 2, 9]).subarray(1, 3);
  assert.equal(bigintFromBytesLE(view), 0x0201n);
});
