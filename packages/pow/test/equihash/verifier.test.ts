import assert from 'node:assert/strict';
import { it } from 'node:test';
import { EquihashVerifier, equihashSizes, packIndices, unpackIndices } from '@adit/pow';
import fc from 'fast-check';
import { DOCUMENT_SHARE, MAINNET_GENESIS } from '../fixtures/known-facts.ts';
import { referenceTrees, referenceVerify } from '../reference/equihash.ts';
import { describeBuilds } from '../support/builds.ts';
import { SMALL, SMALL_SIZES, smallSolutions } from '../support/small-solutions.ts';
import { coded, hex } from '../support/vectors.ts';

const ZCASH = { n: 200, k: 9, personalization: 'ZcashPoW' } as const;
const sizes = equihashSizes(ZCASH);
const share = { header: hex(DOCUMENT_SHARE.header), solution: hex(DOCUMENT_SHARE.solution).subarray(3) };
const genesis = { header: hex(MAINNET_GENESIS.header), solution: hex(MAINNET_GENESIS.solution).subarray(3) };

describeBuilds('a solution of Equihash(200,9)', {}, (build) => {
  const verifier = new EquihashVerifier(ZCASH, { build });

  it("in the document's own example is valid", () => {
    assert.equal(verifier.verify(share.header, share.solution), 'valid');
  });

  it('in the first block of Zcash is valid', () => {
    assert.equal(verifier.verify(genesis.header, genesis.solution), 'valid');
  });

  it('is valid for its own header only', () => {
    assert.equal(verifier.verify(genesis.header, share.solution), 'collision');
    assert.equal(verifier.verify(share.header, genesis.solution), 'collision');
  });

  it('is invalid if any byte of the header changes', () => {
    for (let at = 0; at < share.header.length; at += 1) {
      const header = share.header.slice();
      header[at] = (header[at] ?? 0) ^ 1;
      assert.equal(verifier.verify(header, share.solution), 'collision', `byte ${at}`);
    }
  });

  it('is invalid if any of its bytes changes', () => {
    for (let at = 0; at < share.solution.length; at += 1) {
      const solution = share.solution.slice();
      solution[at] = (solution[at] ?? 0) ^ 0x10;
      assert.notEqual(verifier.verify(share.header, solution), 'valid', `byte ${at}`);
    }
  });

  it('is invalid with the wrong personalization', () => {
    const other = new EquihashVerifier({ ...ZCASH, personalization: 'BgoldPoW' }, { build });
    assert.equal(other.verify(share.header, share.solution), 'collision');
  });

  it('is invalid if all indices are equal, the forgery that drained pools in 2018', () => {
    for (const index of [0, 1, sizes.rowCount - 1]) {
      const solution = packIndices(new Uint32Array(512).fill(index), sizes);
      assert.equal(verifier.verify(share.header, solution), 'duplicate_index');
    }
  });

  it('is invalid if its valid first half is repeated', () => {
    const indices = unpackIndices(share.solution, sizes);
    indices.copyWithin(256, 0, 256);
    assert.equal(verifier.verify(share.header, packIndices(indices, sizes)), 'duplicate_index');
  });

  it('is invalid if two subtrees of any size are swapped', () => {
    for (let half = 1; half < 512; half *= 2) {
      const indices = unpackIndices(share.solution, sizes);
      const left = indices.slice(0, half);
      indices.copyWithin(0, half, 2 * half);
      indices.set(left, half);
      assert.equal(verifier.verify(share.header, packIndices(indices, sizes)), 'index_order', `half ${half}`);
    }
  });

  it('of another length is refused before it is read', () => {
    for (const length of [0, 1, 1343, 1345, 1347, 70_000]) {
      assert.equal(verifier.verify(share.header, new Uint8Array(length)), 'wrong_length');
    }
  });

  it('does not change the verdict of the next one', () => {
    verifier.verify(share.header, packIndices(new Uint32Array(512).fill(9), sizes));
    verifier.verify(new Uint8Array(1024), share.solution);
    assert.equal(verifier.verify(share.header, share.solution), 'valid');
  });

  it('needs an input of at most 1024 bytes', () => {
    assert.throws(
      () => verifier.verify(new Uint8Array(1025), share.solution),
      coded('ADIT_EQUIHASH_INPUT_TOO_LONG'),
    );
  });
});

describeBuilds('the verifier agrees with the reference', {}, (build) => {
  const verifier = new EquihashVerifier(SMALL, { build });
  const solved = smallSolutions(60);
  const check = (input: Uint8Array, solution: Uint8Array) => {
    const verdict = verifier.verify(input, solution);
    assert.equal(verdict, referenceVerify(SMALL, input, solution));
    return verdict;
  };

  it('on solutions', () => {
    for (const { input, solution } of solved) assert.equal(check(input, solution), 'valid');
  });

  it('on random bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 36, maxLength: 36 }), fc.nat(), (solution, seed) => {
        check(new Uint8Array(140).fill(seed & 255), solution);
      }),
    );
  });

  it('on random sets of indices in canonical order, which only their hashes refute', () => {
    const distinct = fc.uniqueArray(fc.integer({ min: 0, max: 511 }), { minLength: 32, maxLength: 32 });
    fc.assert(
      fc.property(distinct, (indices) => {
        assert.equal(
          check(solved[0]?.input ?? new Uint8Array(), packIndices(canonical(indices), SMALL_SIZES)),
          'collision',
        );
      }),
    );
  });

  it('on solutions with one index changed', () => {
    const place = fc.record({ which: fc.nat(59), at: fc.nat(31), to: fc.nat(511) });
    fc.assert(
      fc.property(place, ({ which, at, to }) => {
        const { input, solution } = solved[which] ?? { input: new Uint8Array(), solution: new Uint8Array() };
        const indices = unpackIndices(solution, SMALL_SIZES);
        indices[at] = to;
        check(input, packIndices(indices, SMALL_SIZES));
      }),
      { numRuns: 500 },
    );
  });

  it('on trees that collide up to some level only', () => {
    // The left half of one solution and the right half of another of the same input: level 4 holds, the root does not.
    const byInput = Object.values(Object.groupBy(solved, ({ input }) => input.join())).filter(
      (group) => (group?.length ?? 0) > 1,
    );
    let mixed = 0;
    for (const group of byInput) {
      const [a, b] = group ?? [];
      if (a === undefined || b === undefined) continue;
      const indices = unpackIndices(a.solution, SMALL_SIZES);
      indices.set(unpackIndices(b.solution, SMALL_SIZES).subarray(16), 16);
      const verdict = check(a.input, packIndices(indices, SMALL_SIZES));
      if (verdict === 'collision' || verdict === 'nonzero_root') mixed += 1;
    }
    assert.ok(mixed > 5, `only ${mixed} mixtures reached the hashes`);
  });

  it('on inputs of every length, also where the group number lies in two blocks', () => {
    for (let length = 0; length <= 300; length += 1) {
      const input = new Uint8Array(length).fill(length & 255);
      check(input, packIndices(canonical([...Array(32).keys()]), SMALL_SIZES));
    }
  });
});

describeBuilds('a tree whose levels all collide but whose root is not zero', {}, (build) => {
  it('has its own verdict', () => {
    const input = new Uint8Array(140).fill(3);
    const verifier = new EquihashVerifier(SMALL, { build });
    const trees = referenceTrees(SMALL, input).filter(({ value }) => value !== 0n);
    assert.ok(trees.length > 50, `only ${trees.length} trees`);
    for (const { indices } of trees) {
      assert.equal(verifier.verify(input, packIndices(indices, SMALL_SIZES)), 'nonzero_root');
    }
  });
});

/** @returns the indices with the halves of every subtree in order */
function canonical(indices: readonly number[]): number[] {
  if (indices.length === 1) return [...indices];
  const half = indices.length / 2;
  const [a, b] = [canonical(indices.slice(0, half)), canonical(indices.slice(half))];
  return (a[0] ?? 0) < (b[0] ?? 0) ? [...a, ...b] : [...b, ...a];
}
