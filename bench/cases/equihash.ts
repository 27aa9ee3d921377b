import { EquihashSolver, EquihashVerifier } from '@adit/pow';
import { type BenchCase, must, rate } from '../case.ts';
import { naiveVerify } from '../naive/equihash.ts';
import { readShares, type ShareSet } from '../shares.ts';

const ZCASH = { n: 200, k: 9, personalization: 'ZcashPoW' } as const;

export function equihashCases(): BenchCase[] {
  return [...readShares().flatMap(verifierCases), ...solverCases()];
}

function verifierCases(set: ShareSet): BenchCase[] {
  const name = `equihash.verify.${set.name}`;
  // A flipped header bit: order and difference hold, the first pair of rows does not collide.
  const bad = set.shares.map(({ header, solution }) => ({
    header: header.map((byte, at) => (at === 40 ? byte ^ 1 : byte)),
    solution,
  }));
  const verifying = (shares: ShareSet['shares'], expected: string) => () => {
    const verifier = new EquihashVerifier(set);
    const call = () => {
      for (const { header, solution } of shares) {
        must(verifier.verify(header, solution) === expected, `a share is ${expected}`);
      }
      return shares.length;
    };
    call();
    return rate(call);
  };
  let turn = 0;
  return [
    {
      name: `${name}.valid_per_s`,
      unit: 'shares/s',
      better: 'higher',
      prepare: verifying(set.shares, 'valid'),
    },
    { name: `${name}.bad_per_s`, unit: 'shares/s', better: 'higher', prepare: verifying(bad, 'collision') },
    {
      name: `${name}.naive_per_s`,
      unit: 'shares/s',
      better: 'higher',
      prepare: () => {
        must(
          bad.every(({ header, solution }) => !naiveVerify(set, header, solution)),
          'naive refuses',
        );
        return rate(() => {
          const share = set.shares[turn++ % set.shares.length];
          must(share !== undefined && naiveVerify(set, share.header, share.solution), 'naive accepts');
          return 1;
        });
      },
    },
  ];
}

/**
 * The same nonces each round, because their solutions are a matter of luck: these five have nine, 1.8 a nonce, where
 * 1.88 is the average in the long run.
 */
const NONCES: readonly number[] = [0, 1, 3, 4, 8];

function solverCases(): BenchCase[] {
  const name = 'equihash.solve.200_9';
  return [
    {
      name: `${name}.sol_per_s`,
      unit: 'solutions/s',
      better: 'higher',
      prepare: () => {
        const solver = new EquihashSolver(ZCASH);
        const verifier = new EquihashVerifier(ZCASH);
        const header = new Uint8Array(140);
        const solve = (nonce: number) => {
          new DataView(header.buffer).setUint32(108, nonce, true);
          const solutions = solver.solve(header);
          for (const solution of solutions) must(verifier.verify(header, solution) === 'valid', 'it solves');
          return solutions.length;
        };
        must(NONCES.reduce((sum, nonce) => sum + solve(nonce), 0) === 9, 'all solutions are found');
        return () => {
          const start = performance.now();
          const solutions = NONCES.reduce((sum, nonce) => sum + solve(nonce), 0);
          return (solutions * 1000) / (performance.now() - start);
        };
      },
    },
    {
      name: `${name}.memory_mb`,
      unit: 'MB',
      better: 'lower',
      prepare: () => {
        const { memoryBytes } = new EquihashSolver(ZCASH);
        return () => memoryBytes / 1e6;
      },
    },
  ];
}
