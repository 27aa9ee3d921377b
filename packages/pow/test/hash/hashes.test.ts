import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { blake2b, sha256d, sha3256, sha3512 } from '@adit/pow';
import { blake2b as nobleBlake2b } from '@noble/hashes/blake2.js';
import fc from 'fast-check';
import { coded } from '../support/vectors.ts';

/** Lengths around every border: of words, blocks, rates, and the chunks that the kernels take. */
const LENGTHS = [
  0, 1, 7, 8, 55, 56, 63, 64, 65, 71, 72, 73, 111, 112, 119, 120, 127, 128, 129, 135, 136, 137, 143, 144, 256,
  1487, 65_535, 65_536, 65_537, 65_591, 65_592, 65_664, 131_072, 200_001,
];
const message = (length: number) => new Uint8Array(length).map((_, i) => (i * 167 + length) & 255);
const node = (name: string, bytes: Uint8Array) => new Uint8Array(createHash(name).update(bytes).digest());

describe('the hashes agree with other implementations', () => {
  const cases: readonly [string, (bytes: Uint8Array) => Uint8Array, (bytes: Uint8Array) => Uint8Array][] = [
    ['sha256d', sha256d, (bytes) => node('sha256', node('sha256', bytes))],
    ['SHA3-256', sha3256, (bytes) => node('sha3-256', bytes)],
    ['SHA3-512', sha3512, (bytes) => node('sha3-512', bytes)],
    [
      'BLAKE2b-512',
      (bytes) => blake2b(bytes, { digestBytes: 64, personalization: new Uint8Array(16) }),
      (bytes) => node('blake2b512', bytes),
    ],
  ];
  for (const [name, ours, theirs] of cases) {
    it(`${name}, at every border of lengths`, () => {
      for (const length of LENGTHS)
        assert.deepEqual(ours(message(length)), theirs(message(length)), `${length}`);
    });

    it(`${name}, on random messages`, () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
          assert.deepEqual(ours(bytes), theirs(bytes));
        }),
      );
    });
  }

  it('BLAKE2b with any personalization and digest length', () => {
    const personalization = fc.uint8Array({ minLength: 16, maxLength: 16 });
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        personalization,
        fc.integer({ min: 1, max: 64 }),
        (bytes, person, digestBytes) => {
          assert.deepEqual(
            blake2b(bytes, { digestBytes, personalization: person }),
            nobleBlake2b(bytes, { dkLen: digestBytes, personalization: person }),
          );
        },
      ),
    );
  });

  it('BLAKE2b refuses options out of their bounds', () => {
    const personalization = new Uint8Array(16);
    for (const digestBytes of [0, 65, 1.5]) {
      assert.throws(
        () => blake2b(new Uint8Array(), { digestBytes, personalization }),
        coded('ADIT_BAD_BLAKE2B_OPTIONS'),
      );
    }
    assert.throws(
      () => blake2b(new Uint8Array(), { digestBytes: 32, personalization: new Uint8Array(15) }),
      coded('ADIT_BAD_BLAKE2B_OPTIONS'),
    );
  });
});
