// Forged shares: random bytes, and valid solutions with a change. Both builds must give the same verdict, and a share is
// valid only if the slow reference says so too.
import assert from 'node:assert/strict';
import {
  type EquihashParams,
  EquihashVerifier,
  equihashSizes,
  packIndices,
  stripSolutionPrefix,
  unpackIndices,
} from '@adit/pow';
import { concatBytes, equalBytes } from '@adit/primitives';
import type { Random } from '@adit/test-kit/random';
import { readShares } from '../../../../bench/shares.ts';
import { referenceTrees, referenceVerify } from '../reference/equihash.ts';
import { BUILDS } from '../support/builds.ts';
import { SMALL, smallSolutions } from '../support/small-solutions.ts';
import { type FuzzTarget, refusedOr } from './target.ts';

interface Share {
  readonly input: Uint8Array;
  readonly solution: Uint8Array;
}

export function equihashTargets(): FuzzTarget[] {
  const real = readShares().map(({ shares, ...params }) =>
    verifierTarget(
      params,
      shares.map(({ header, solution }) => ({ input: header, solution })),
    ),
  );
  return [
    ...real,
    verifierTarget(SMALL, smallSolutions(40), nearMisses()),
    prefixTarget(),
    parameterTarget(),
  ];
}

/** Trees of (48,5) whose five levels all collide, but whose root is not zero. */
function nearMisses(): Share[] {
  const input = new Uint8Array(140).fill(3);
  return referenceTrees(SMALL, input)
    .filter(({ value }) => value !== 0n)
    .map(({ indices }) => ({ input, solution: packIndices(indices, equihashSizes(SMALL)) }));
}

function verifierTarget(
  params: EquihashParams,
  shares: readonly Share[],
  misses: readonly Share[] = [],
): FuzzTarget {
  const verifiers = BUILDS.map((build) => new EquihashVerifier(params, { build }));
  const { solutionBytes } = equihashSizes(params);
  // The reference takes some milliseconds for a long solution, so it checks only accepted ones.
  const small = solutionBytes < 100;
  return {
    name: `verify ${params.n},${params.k}`,
    attempt: (random) => {
      const { input, solution } =
        misses.length > 0 && random.chance(8) ? random.pick(misses) : forgery(params, shares, random);
      const verdicts = verifiers.map((verifier) => refusedOr(() => verifier.verify(input, solution)));
      assert.equal(verdicts[0], verdicts[1], 'the builds disagree');
      if (verdicts[0] === undefined) assert.ok(input.length > 1024, 'a good input was refused');
      else if (small || verdicts[0] === 'valid') {
        assert.equal(verdicts[0], referenceVerify(params, input, solution), 'the reference disagrees');
      }
      if (!random.chance(64)) return;
      const untouched = random.pick(shares);
      for (const verifier of verifiers) {
        assert.equal(
          verifier.verify(untouched.input, untouched.solution),
          'valid',
          'the attempt changed the next verdict',
        );
      }
    },
  };
}

function forgery(params: EquihashParams, shares: readonly Share[], random: Random): Share {
  const share = random.pick(shares);
  const { solutionBytes } = equihashSizes(params);
  switch (random.below(6)) {
    case 0:
      return {
        input: random.bytes(random.length([0, 108, 128, 140, 256, 1024])),
        solution: random.bytes(random.length([0, solutionBytes])),
      };
    case 1:
      return { input: share.input, solution: random.bytes(solutionBytes) };
    case 2:
      return { input: flipped(share.input, random), solution: share.solution };
    case 3:
      return { input: share.input, solution: flipped(share.solution, random) };
    case 4:
      return { input: share.input, solution: resized(share.solution, random) };
    default:
      return { input: share.input, solution: rearranged(params, share, shares, random) };
  }
}

function flipped(bytes: Uint8Array, random: Random): Uint8Array {
  const changed = bytes.slice();
  for (let i = random.below(4); i >= 0; i -= 1) {
    const at = random.below(bytes.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
  }
  return changed;
}

function resized(bytes: Uint8Array, random: Random): Uint8Array {
  if (random.chance(2)) return bytes.subarray(random.below(3), bytes.length - random.below(3));
  return concatBytes(bytes, random.bytes(random.below(5)));
}

/** Moves, repeats or replaces indices of a solution, which fools a verifier that forgets a rule. */
function rearranged(
  params: EquihashParams,
  { solution }: Share,
  shares: readonly Share[],
  random: Random,
): Uint8Array {
  const sizes = equihashSizes(params);
  const { indexCount, rowCount } = sizes;
  const indices = unpackIndices(solution, sizes);
  const half = 2 ** random.below(Math.log2(indexCount));
  const subtree = () => half * random.below(indexCount / half);
  switch (random.below(7)) {
    case 0:
      indices[random.below(indexCount)] = random.below(rowCount);
      break;
    case 1:
      indices.copyWithin(subtree(), subtree(), half);
      break;
    case 2: {
      const [a, b] = [subtree(), subtree()];
      const moved = indices.slice(a, a + half);
      indices.copyWithin(a, b, b + half);
      indices.set(moved, b);
      break;
    }
    case 3:
      indices.sort();
      break;
    case 4:
      indices.fill(random.below(rowCount));
      break;
    case 5: {
      // The XOR of a subtree with itself is zero at every level: with this forgery pools were drained in 2018.
      const block = indices.slice(0, half);
      for (let at = 0; at < indexCount; at += half) indices.set(block, at);
      break;
    }
    default: {
      const other = unpackIndices(random.pick(shares).solution, sizes);
      const at = subtree();
      indices.set(other.subarray(at, at + half), at);
    }
  }
  return packIndices(indices, sizes);
}

function prefixTarget(): FuzzTarget {
  const sets = [
    { n: 200, k: 9 },
    { n: 144, k: 5 },
    { n: 48, k: 5 },
  ].map(equihashSizes);
  return {
    name: 'solution prefix',
    attempt: (random) => {
      const sizes = random.pick(sets);
      const { prefix, solutionBytes } = sizes;
      const front = random.chance(2) ? prefix : random.bytes(random.below(10));
      const bytes = concatBytes(front, random.bytes(random.length([0, solutionBytes])));
      const stripped = stripSolutionPrefix(bytes, sizes);
      if (stripped === undefined) return;
      assert.equal(stripped.length, solutionBytes);
      assert.ok(equalBytes(concatBytes(prefix, stripped), bytes), 'one share has two spellings');
      assert.ok(equalBytes(packIndices(unpackIndices(stripped, sizes), sizes), stripped));
    },
  };
}

function parameterTarget(): FuzzTarget {
  const odd = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 32, 2 ** 53];
  return {
    name: 'parameters and indices',
    attempt: (random) => {
      const number = (limit: number) => (random.chance(8) ? random.pick(odd) : random.below(limit));
      const params = { n: 8 * number(40), k: number(12) };
      const sizes = refusedOr(() => equihashSizes(params));
      if (sizes === undefined) return;
      const indices = Array.from({ length: sizes.indexCount + random.below(2) }, () =>
        number(sizes.rowCount + 1),
      );
      const packed = refusedOr(() => packIndices(indices, sizes));
      if (packed !== undefined) assert.deepEqual([...unpackIndices(packed, sizes)], indices);
    },
  };
}
