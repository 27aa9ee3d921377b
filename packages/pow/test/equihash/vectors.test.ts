import assert from 'node:assert/strict';
import { it } from 'node:test';
import {
  EquihashSolver,
  EquihashVerifier,
  equihashSizes,
  packIndices,
  stripSolutionPrefix,
  unpackIndices,
  zcashBlockHash,
} from '@adit/pow';
import { concatBytes, encodeHex, reverseBytes } from '@adit/primitives';
import { describeBuilds } from '../support/builds.ts';
import { coded, hex, needsVectors, readVectors } from '../support/vectors.ts';

interface File<T> {
  readonly vectors: readonly T[];
}
interface Params {
  readonly n: number;
  readonly k: number;
  readonly personalization: string;
}

describeBuilds('the known answers of the chains', needsVectors, (build) => {
  interface Kat extends Params {
    name: string;
    header140: string;
    solution_prefixed: string;
    block_hash?: string;
    valid: boolean;
  }
  for (const vector of readVectors<File<Kat>>('equihash/chain-kats.json').vectors) {
    it(vector.name, () => {
      if (vector.n % 8 !== 0) {
        assert.throws(() => new EquihashVerifier(vector, { build }), coded('ADIT_BAD_EQUIHASH_PARAMETERS'));
        return;
      }
      const header = hex(vector.header140);
      const prefixed = hex(vector.solution_prefixed);
      const solution = stripSolutionPrefix(prefixed, equihashSizes(vector));
      const valid =
        solution !== undefined &&
        new EquihashVerifier(vector, { build }).verify(header, solution) === 'valid';
      assert.equal(valid, vector.valid);
      if (vector.valid && vector.block_hash !== undefined) {
        assert.equal(encodeHex(reverseBytes(zcashBlockHash(header, prefixed))), vector.block_hash);
      }
    });
  }
});

describeBuilds('the vectors of librustzcash', needsVectors, (build) => {
  interface Solved {
    /** Missing if the source gives only the packed form. */
    indices: number[] | null;
    minimal: string;
  }
  interface Valid extends Params {
    input: string;
    nonce: string;
    solutions: Solved[];
  }
  interface Invalid extends Params, Solved {
    input: string;
    nonce: string;
    expected_error: 'Collision' | 'OutOfOrder' | 'DuplicateIdxs';
  }

  it('that are valid are valid', () => {
    for (const vector of readVectors<File<Valid>>('equihash/librustzcash-valid.json').vectors) {
      const verifier = new EquihashVerifier(vector, { build });
      const input = concatBytes(hex(vector.input), hex(vector.nonce));
      for (const { indices, minimal } of vector.solutions) {
        if (indices !== null) assert.equal(encodeHex(packIndices(indices, equihashSizes(vector))), minimal);
        assert.equal(verifier.verify(input, hex(minimal)), 'valid');
      }
    }
  });

  it('of (96,5) are found by the solver', () => {
    for (const vector of readVectors<File<Valid>>('equihash/librustzcash-valid.json').vectors) {
      if (vector.n !== 96) continue;
      const found = new EquihashSolver(vector, { build }).solve(
        concatBytes(hex(vector.input), hex(vector.nonce)),
      );
      const expected = vector.solutions.map(({ minimal }) => minimal);
      assert.deepEqual(found.map(encodeHex).sort(), expected.sort());
    }
  });

  it('that are invalid are refused', () => {
    for (const vector of readVectors<File<Invalid>>('equihash/librustzcash-invalid.json').vectors) {
      const input = concatBytes(hex(vector.input), hex(vector.nonce));
      const verdict = new EquihashVerifier(vector, { build }).verify(input, hex(vector.minimal));
      // The sources check order and difference last, so a share with two faults may have the other verdict there.
      const allowed = {
        Collision: ['collision', 'index_order'],
        OutOfOrder: ['index_order'],
        DuplicateIdxs: ['duplicate_index', 'index_order'],
      }[vector.expected_error];
      assert.ok(allowed.includes(verdict), `${vector.expected_error}: ${verdict}`);
      assert.deepEqual([...unpackIndices(hex(vector.minimal), equihashSizes(vector))], vector.indices);
    }
  });
});

describeBuilds('the complete sets of small shares', needsVectors, (build) => {
  interface Share extends Params {
    header140: string;
    solution: string;
    block_hash: string;
    solutions_for_this_nonce: number;
  }
  const groups = Map.groupBy(
    readVectors<File<Share>>('equihash/small-shares.json').vectors,
    ({ n, header140 }) => `${n} ${header140}`,
  );
  it('are verified, hashed and found again', () => {
    assert.equal(groups.size, 9);
    for (const shares of groups.values()) {
      const [first] = shares;
      assert.ok(first !== undefined);
      const header = hex(first.header140);
      const { prefix } = equihashSizes(first);
      const found = new EquihashSolver(first, { build }).solve(header);
      assert.deepEqual(
        found.map((solution) => encodeHex(concatBytes(prefix, solution))).sort(),
        shares.map(({ solution }) => solution).sort(),
      );
      assert.equal(found.length, first.solutions_for_this_nonce);
      for (const share of shares) {
        const stripped = stripSolutionPrefix(hex(share.solution), equihashSizes(share));
        assert.ok(stripped !== undefined);
        assert.equal(new EquihashVerifier(share, { build }).verify(header, stripped), 'valid');
        assert.equal(encodeHex(reverseBytes(zcashBlockHash(header, hex(share.solution)))), share.block_hash);
      }
    }
  });
});

describeBuilds('the solutions of the zero header', needsVectors, (build) => {
  interface Zero {
    header140: string;
    nonce_le: number;
    solution_prefixed: string;
  }
  it('are exactly those that the solver finds', () => {
    const params = { n: 200, k: 9, personalization: 'ZcashPoW' };
    const solver = new EquihashSolver(params, { build });
    const verifier = new EquihashVerifier(params, { build });
    const { prefix } = equihashSizes(params);
    const { vectors } = readVectors<File<Zero>>('equihash/zero-header-200-9.json');
    const groups = Map.groupBy(vectors, ({ header140 }) => header140);
    // The list was cut off after 24 lines, so the last nonce may be incomplete.
    const last = [...groups.keys()].at(-1);
    for (const [header140, lines] of groups) {
      const header = hex(header140);
      const solutions = solver.solve(header);
      for (const solution of solutions) assert.equal(verifier.verify(header, solution), 'valid');
      const found = solutions.map((solution) => encodeHex(concatBytes(prefix, solution)));
      for (const { solution_prefixed } of lines) assert.ok(found.includes(solution_prefixed));
      if (header140 !== last) assert.equal(found.length, lines.length);
    }
  });
});
