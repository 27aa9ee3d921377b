import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { equihashSizes, packIndices, stripSolutionPrefix, unpackIndices } from '@adit/pow';
import { concatBytes, encodeHex } from '@adit/primitives';
import fc from 'fast-check';
import { referenceUnpack } from '../reference/equihash.ts';
import { SMALL, SMALL_SIZES } from '../support/small-solutions.ts';
import { coded, needsVectors, readVectors } from '../support/vectors.ts';

const zcash = equihashSizes({ n: 200, k: 9 });

describe('the prefix of a solution', () => {
  const solution = new Uint8Array(1344).fill(5);

  it('is stripped if it is the shortest one', () => {
    assert.deepEqual(stripSolutionPrefix(concatBytes(zcash.prefix, solution), zcash), solution);
  });

  it('is refused in every other spelling of the same length', () => {
    for (const prefix of [
      [],
      [0xfd, 0x05, 0x40],
      [0xfe, 0x40, 0x05, 0, 0],
      [0xff, 0x40, 0x05, 0, 0, 0, 0, 0, 0],
      [0xfd, 0x41, 0x05],
    ]) {
      assert.equal(stripSolutionPrefix(concatBytes(Uint8Array.from(prefix), solution), zcash), undefined);
    }
  });

  it('is refused if bytes are missing or follow', () => {
    const prefixed = concatBytes(zcash.prefix, solution);
    assert.equal(stripSolutionPrefix(prefixed.subarray(0, -1), zcash), undefined);
    assert.equal(stripSolutionPrefix(concatBytes(prefixed, Uint8Array.of(0)), zcash), undefined);
    assert.equal(stripSolutionPrefix(new Uint8Array(0), zcash), undefined);
  });
});

describe('packed indices', () => {
  it('survive the way to bytes and back', () => {
    const index = fc.integer({ min: 0, max: zcash.rowCount - 1 });
    fc.assert(
      fc.property(fc.array(index, { minLength: 512, maxLength: 512 }), (indices) => {
        assert.deepEqual([...unpackIndices(packIndices(indices, zcash), zcash)], indices);
      }),
      { numRuns: 30 },
    );
  });

  it('are unpacked as the reference does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 36, maxLength: 36 }), (solution) => {
        assert.deepEqual([...unpackIndices(solution, SMALL_SIZES)], referenceUnpack(SMALL, solution));
      }),
    );
  });

  it('of a wrong number or range are refused', () => {
    const good = Array.from({ length: 32 }, (_, i) => i);
    assert.throws(() => packIndices(good.slice(1), SMALL_SIZES), coded('ADIT_BAD_SOLUTION'));
    for (const wrong of [512, -1, 1.5]) {
      assert.throws(() => packIndices([wrong, ...good.slice(1)], SMALL_SIZES), coded('ADIT_BAD_SOLUTION'));
    }
    assert.throws(() => unpackIndices(new Uint8Array(35), SMALL_SIZES), coded('ADIT_BAD_SOLUTION'));
  });
});

interface PackingFile {
  readonly vectors: readonly (
    | { kind: 'expand'; bit_len: number; byte_pad: number; compact: string; expanded: string }
    | { kind: 'minimal'; collision_bits: number; indices: number[]; minimal: string }
  )[];
}

describe('the published packing vectors', needsVectors, () => {
  const { vectors } = readVectors<PackingFile>('equihash/packing.json');

  for (const [i, vector] of vectors.entries()) {
    it(`number ${i} (${vector.kind})`, () => {
      // The vectors pack 8 or 16 numbers of any width, so their sizes are made up.
      const width = vector.kind === 'expand' ? vector.bit_len : vector.collision_bits + 1;
      const packed = vector.kind === 'expand' ? vector.compact : vector.minimal;
      const bytes = Uint8Array.from(Buffer.from(packed, 'hex'));
      const sizes = {
        ...zcash,
        indexBits: width,
        indexCount: (bytes.length * 8) / width,
        solutionBytes: bytes.length,
        rowCount: 2 ** width,
      };
      const indices = unpackIndices(bytes, sizes);
      if (vector.kind === 'minimal') {
        assert.deepEqual([...indices], vector.indices);
      } else {
        const spelled = vector.expanded.length / indices.length;
        const padded = [...indices].map((index) => index.toString(16).padStart(spelled, '0')).join('');
        assert.equal(padded, vector.expanded);
      }
      assert.equal(encodeHex(packIndices(indices, sizes)), packed);
    });
  }
});
