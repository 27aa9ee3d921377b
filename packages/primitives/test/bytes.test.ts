import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bigintFromBytes,
  bigintToBytes,
  concatBytes,
  equalBytes,
  readUint32LE,
  reverseBytes,
  startsWithBytes,
  uint32LE,
} from '../src/index.ts';

const someBytes = fc.uint8Array({ maxLength: 40 });

test('big-endian integers survive the way to bytes and back at every length', () => {
  fc.assert(
    fc.property(someBytes, (bytes) => {
      const value = bigintFromBytes(bytes);
      assert.equal(value, bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
      assert.deepEqual(bigintToBytes(value, bytes.length), bytes);
    }),
  );
});

test('an integer that does not fit is an error, and is never truncated', () => {
  assert.deepEqual(bigintToBytes(255n, 1), Uint8Array.of(255));
  assert.throws(() => bigintToBytes(256n, 1), {
    code: 'ADIT_NUMBER_TOO_LARGE',
    message: '256 does not fit 1 bytes',
  });
  assert.throws(() => bigintToBytes(-1n, 4), { code: 'ADIT_NUMBER_TOO_LARGE' });
  assert.throws(() => bigintToBytes(1n, 0), { code: 'ADIT_NUMBER_TOO_LARGE' });
});

test('bytes are read from the start of the view, not from the start of its buffer', () => {
  const view = Uint8Array.of(9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9).subarray(3);
  assert.equal(bigintFromBytes(view), 0x010203040506070809n);
  assert.equal(readUint32LE(view, 1), 0x05040302);
});

test('little-endian words cover the whole unsigned range', () => {
  assert.deepEqual(uint32LE(0x5c8bb947), Uint8Array.of(0x47, 0xb9, 0x8b, 0x5c));
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), (value) => assert.equal(readUint32LE(uint32LE(value)), value)),
  );
  assert.equal(readUint32LE(uint32LE(0xffff_ffff)), 4294967295);
  assert.throws(() => readUint32LE(new Uint8Array(3)), RangeError);
});

test('concatenated parts follow each other in their order', () => {
  fc.assert(
    fc.property(fc.array(someBytes, { maxLength: 5 }), (parts) => {
      const joined = concatBytes(...parts);
      assert.deepEqual(joined, new Uint8Array(Buffer.concat(parts)));
      const first = parts[0] ?? new Uint8Array(0);
      assert.equal(startsWithBytes(joined, first), true);
      assert.equal(startsWithBytes(first, concatBytes(joined, Uint8Array.of(0))), false);
    }),
  );
});

test('a prefix matches only if every byte of it does', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const prefix of [[], [1], [1, 2], [1, 2, 3]])
    assert.equal(startsWithBytes(bytes, Uint8Array.from(prefix)), true, String(prefix));
  for (const prefix of [[2], [1, 3], [1, 2, 4], [0, 2, 3], [1, 2, 3, 0]])
    assert.equal(startsWithBytes(bytes, Uint8Array.from(prefix)), false, String(prefix));
});

test('arrays are equal if their lengths and all their bytes are', () => {
  fc.assert(
    fc.property(someBytes, someBytes, (a, b) => {
      assert.equal(equalBytes(a, b), Buffer.compare(a, b) === 0);
      assert.equal(equalBytes(a, a.slice()), true);
    }),
  );
});

test('reversing makes a copy, and reversing twice gives the original', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  assert.deepEqual(reverseBytes(bytes), Uint8Array.of(3, 2, 1));
  assert.deepEqual(bytes, Uint8Array.of(1, 2, 3));
});
