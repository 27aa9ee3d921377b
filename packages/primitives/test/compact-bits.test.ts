import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  bitsFromTarget,
  decodeHex,
  readUint32LE,
  targetFromBits,
  targetFromHex,
  targetToHex,
} from '../src/index.ts';
import { difficulty, NO_VECTORS } from './vectors.ts';

test('bits give the target of the vectors, or their error', { skip: NO_VECTORS }, () => {
  const { compact } = difficulty();
  assert.equal(compact.length, 14);
  for (const { nbits, negative, overflow, target } of compact) {
    const bits = Number.parseInt(nbits, 16);
    if (negative || overflow) assert.throws(() => targetFromBits(bits), { code: 'ADIT_BAD_BITS' }, nbits);
    else assert.equal(targetToHex(targetFromBits(bits), 32), target, nbits);
  }
});

test('the bits of real blocks survive the way to targets and back', { skip: NO_VECTORS }, () => {
  const { real_blocks: blocks } = difficulty();
  assert.equal(blocks.length, 61);
  for (const block of blocks) {
    const bits = readUint32LE(decodeHex(block.nbits_header_order, 4));
    assert.equal(bits, Number.parseInt(block.nbits, 16));
    assert.equal(targetToHex(targetFromBits(bits), 32), block.target);
    assert.equal(block.compact_roundtrip, true);
    assert.equal(bitsFromTarget(targetFromBits(bits)), bits);
  }
});

test('the limits of the networks have their well-known bits', () => {
  assert.equal(targetFromBits(0x1f07ffff), 0x07ffffn << 224n);
  assert.equal(targetFromBits(0x1d00ffff), 0xffffn << 208n);
  assert.equal(bitsFromTarget(0xffffn << 208n), 0x1d00ffff);
  // The limits of the two networks in full, which are powers of two less one.
  assert.equal(bitsFromTarget((1n << 243n) - 1n), 0x1f07ffff);
  assert.equal(bitsFromTarget((1n << 251n) - 1n), 0x2007ffff);
  assert.equal(targetFromBits(0), 0n);
  assert.equal(bitsFromTarget(0n), 0);
});

test('the sign counts only for a mantissa that is not zero, as in consensus', () => {
  assert.throws(() => targetFromBits(0x04923456), {
    code: 'ADIT_BAD_BITS',
    message: /04923456 are negative/,
  });
  assert.throws(() => targetFromBits(0x01fedcba), { code: 'ADIT_BAD_BITS' });
  // The mantissa is shifted to zero before the sign is read.
  assert.equal(targetFromBits(0x01803456), 0n);
  assert.equal(targetFromBits(0x00800000), 0n);
});

test('a target of 257 bits is refused, and one of 256 bits is not', () => {
  assert.equal(targetFromBits(0x2100ffff), 0xffffn << 240n);
  assert.equal(targetFromBits(0x220000ff), 0xffn << 248n);
  for (const bits of [0x21010000, 0x22000100, 0x23000001, 0xff123456]) {
    assert.throws(() => targetFromBits(bits), { code: 'ADIT_BAD_BITS', message: /exceed 256 bits/ });
  }
});

test('the bits of a target stand for the nearest target at or below it, and give the same bits again', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: (1n << 256n) - 1n }), (target) => {
      const bits = bitsFromTarget(target);
      const rounded = targetFromBits(bits);
      assert.ok(rounded <= target);
      assert.ok(target - rounded <= target >> 15n);
      assert.equal(bitsFromTarget(rounded), bits);
      assert.equal(targetFromHex(targetToHex(rounded, 32), 32), rounded);
    }),
  );
});

test('bits that are not an unsigned integer of 32 bits, such as hex text, stand for no target', () => {
  for (const bits of ['1f07ffff', -1, 2 ** 32, 1.5, Number.NaN, undefined])
    assert.throws(() => targetFromBits(bits as number), { code: 'ADIT_BAD_BITS', message: /integer from 0/ });
});
