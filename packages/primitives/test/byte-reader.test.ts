import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, compactSize, concatBytes } from '../src/index.ts';

test('numbers are read little-endian, one after the other', () => {
  const reader = new ByteReader(
    Uint8Array.of(9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15).subarray(1),
  );
  assert.equal(reader.uint8(), 1);
  assert.equal(reader.uint16LE(), 0x0302);
  assert.equal(reader.uint32LE(), 0x07060504);
  assert.equal(reader.uint64LE(), 0x0f0e0d0c0b0a0908n);
  assert.equal(reader.offset, 15);
  assert.equal(reader.remaining, 0);
});

test('reading past the end is an error and does not move', () => {
  const reader = new ByteReader(new Uint8Array(3));
  for (const read of [() => reader.uint32LE(), () => reader.uint64LE(), () => reader.bytes(4)]) {
    assert.throws(read, { code: 'ADIT_TRUNCATED', message: /at byte 0, 3 are left/ });
  }
  assert.throws(() => reader.bytes(-1), { code: 'ADIT_TRUNCATED' });
  assert.equal(reader.offset, 0);
  assert.equal(reader.bytes(3).length, 3);
  assert.equal(reader.bytes(0).length, 0);
  assert.throws(() => reader.uint8(), { code: 'ADIT_TRUNCATED' });
});

test('a count survives the way to bytes and back in its shortest form', () => {
  const lengths = [0, 1, 0xfc, 0xfd, 0xffff, 0x1_0000, 0xffff_ffff].map((n) => compactSize(n).length);
  assert.deepEqual(lengths, [1, 1, 1, 3, 3, 5, 5]);
  // The prefix of every Equihash 200,9 solution.
  assert.deepEqual(compactSize(1344), Uint8Array.of(0xfd, 0x40, 0x05));
  fc.assert(
    fc.property(fc.nat({ max: 0xffff_ffff }), (count) => {
      const reader = new ByteReader(concatBytes(compactSize(count), Uint8Array.of(7)));
      assert.equal(reader.compactSize(), count);
      assert.equal(reader.remaining, 1);
    }),
  );
});

test('a count that is not in its shortest form is refused', () => {
  for (const bytes of [
    [0xfd, 0xfc, 0x00],
    [0xfe, 0xff, 0xff, 0x00, 0x00],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00],
    [0xff, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x20, 0x00], // 2^53, no longer exact
  ]) {
    assert.throws(() => new ByteReader(Uint8Array.from(bytes)).compactSize(), {
      code: 'ADIT_BAD_COMPACT_SIZE',
      message: `the count at byte ${bytes.length} is not in its shortest form`,
    });
  }
  const largest = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f, 0x00);
  assert.equal(new ByteReader(largest).compactSize(), Number.MAX_SAFE_INTEGER);
  assert.equal(new ByteReader(Uint8Array.of(0xff, 0, 0, 0, 0, 1, 0, 0, 0)).compactSize(), 2 ** 32);
});

test('a count that is cut off is refused', () => {
  for (const bytes of [[], [0xfd], [0xfd, 1], [0xfe, 1, 2, 3], [0xff, 1, 2, 3, 4, 5, 6, 7]]) {
    assert.throws(() => new ByteReader(Uint8Array.from(bytes)).compactSize(), { code: 'ADIT_TRUNCATED' });
  }
});

test('a count that cannot be written is refused by its name and its bounds', () => {
  for (const count of [-1, 1.5, 2 ** 32])
    assert.throws(() => compactSize(count), {
      code: 'ADIT_BAD_OPTION',
      message: /^a count must be a whole number from 0 to 4294967295/,
    });
});
