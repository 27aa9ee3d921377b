import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EquihashSolver, EquihashVerifier, equihashSizes } from '@adit/pow';
import { encodeHex } from '@adit/primitives';
import { coded, needsVectors, readVectors } from '../support/vectors.ts';

describe('Equihash parameters', () => {
  it('give the sizes of Zcash', () => {
    const { prefix, ...sizes } = equihashSizes({ n: 200, k: 9 });
    assert.equal(encodeHex(prefix), 'fd4005');
    assert.deepEqual(sizes, {
      collisionBits: 20,
      indexBits: 21,
      indexCount: 512,
      solutionBytes: 1344,
      rowBytes: 25,
      rowsPerDigest: 2,
      digestBytes: 50,
      rowCount: 2 ** 21,
    });
  });

  it('of the other chains are accepted', () => {
    for (const [n, k] of [
      [192, 7],
      [144, 5],
      [96, 5],
      [48, 5],
    ] as const) {
      assert.equal(equihashSizes({ n, k }).solutionBytes, (2 ** k * (n / (k + 1) + 1)) / 8);
    }
  });

  it('of Flux are refused, since Flux changed the hash and a plain verifier would be wrong', () => {
    assert.throws(() => equihashSizes({ n: 125, k: 4 }), {
      code: 'ADIT_BAD_EQUIHASH_PARAMETERS',
      message: /\(125,4\).*multiple of 8/,
    });
  });

  it('out of their bounds are refused', () => {
    for (const [n, k] of [
      [0, 0],
      [200, 0],
      [200, 8],
      [200, 9.5],
      [Number.NaN, 9],
      [264, 10],
      [512, 15],
      [200, 199],
      [96, 1],
      [16, 7],
      [-200, 9],
      [4096, 7],
    ] as const) {
      assert.throws(() => equihashSizes({ n, k }), coded('ADIT_BAD_EQUIHASH_PARAMETERS'), `${n},${k}`);
    }
  });

  it('need a personalization of 8 ASCII characters', () => {
    for (const personalization of ['', 'ZcashPo', 'ZcashPoW ', 'Zcäsh-PW', 'Zcash\u0000oW']) {
      const params = { n: 48, k: 5, personalization };
      assert.throws(() => new EquihashVerifier(params), coded('ADIT_BAD_EQUIHASH_PARAMETERS'));
      assert.throws(() => new EquihashSolver(params), coded('ADIT_BAD_EQUIHASH_PARAMETERS'));
    }
  });
});

interface ParamsFile {
  readonly vectors: readonly Record<string, number>[] & readonly { readonly prefix: string }[];
}

describe('Equihash parameters of the published table', needsVectors, () => {
  it('give the published figures, or are refused', () => {
    const supported: string[] = [];
    for (const vector of readVectors<ParamsFile>('equihash/params.json').vectors) {
      const { n = 0, k = 0 } = vector;
      if (n % 8 !== 0) {
        assert.throws(() => equihashSizes({ n, k }), coded('ADIT_BAD_EQUIHASH_PARAMETERS'));
        continue;
      }
      const sizes = equihashSizes({ n, k });
      supported.push(`${n},${k}`);
      assert.equal(sizes.collisionBits, vector['collision_bits']);
      assert.equal(sizes.indexBits, vector['index_bits']);
      assert.equal(sizes.indexCount, vector['indices']);
      assert.equal(sizes.solutionBytes, vector['solution_bytes']);
      assert.equal(encodeHex(sizes.prefix), vector.prefix);
      assert.equal(sizes.rowsPerDigest, vector['hashes_per_digest']);
      assert.equal(sizes.rowBytes, vector['row_bytes']);
      assert.equal(sizes.digestBytes, vector['blake2b_digest_len']);
      assert.equal(sizes.rowCount, vector['initial_rows']);
    }
    assert.deepEqual(supported, ['48,5', '96,3', '96,5', '144,5', '192,7', '200,9']);
  });
});
