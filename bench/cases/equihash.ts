import { EquihashSolver, EquihashVerifier } from '@adit/pow';
import { type BenchCase, must, rate } from '../case.ts';
import { computingTime } from '../clock.ts';
import { naiveVerify } from '../naive/equihash.ts';
import { readShares, type ShareSet } from '../shares.ts';
import { headerOfNonce, SolverThread, ZCASH } from '../solver-thread.ts';

export function equihashCases(): BenchCase[] {
  return [...readShares().flatMap(verifierCases), ...solverCases()];
}

function verifierCases(set: ShareSet): BenchCase[] {
  const name = `equihash.verify.${set.name}`;
  // With a flipped header bit, order and difference hold, and the first pair of rows does not collide.
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
      naive: `${name}.naive_per_s`,
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
 * Each round solves the same nonces, because the number of solutions varies: these five have nine, 1.8 for each nonce,
 * where the average is 1.88.
 */
const NONCES: readonly number[] = [0, 1, 3, 4, 8];

/** Nonces for the two threads, which solve them three times in a round: four solutions. */
const PAIR_NONCES: readonly number[] = [0, 1];

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
        const solve = (nonce: number) => {
          const header = headerOfNonce(nonce);
          const solutions = solver.solve(header);
          for (const solution of solutions) must(verifier.verify(header, solution) === 'valid', 'it solves');
          return solutions.length;
        };
        must(NONCES.reduce((sum, nonce) => sum + solve(nonce), 0) === 9, 'all solutions are found');
        const measure = () => {
          const start = computingTime();
          const solutions = NONCES.reduce((sum, nonce) => sum + solve(nonce), 0);
          return (solutions * 1000) / (computingTime() - start);
        };
        return { measure };
      },
    },
    twoThreads(`${name}.two_threads_ratio`, 'elapsed'),
    twoThreads(`${name}.two_threads_cpu_ratio`, 'computing'),
    {
      name: `${name}.memory_mb`,
      unit: 'MB',
      better: 'lower',
      prepare: () => {
        const { memoryBytes } = new EquihashSolver(ZCASH);
        return { measure: () => memoryBytes / 1e6 };
      },
    },
  ];
}

/**
 * Two threads against one. By wall time, the ratio shows what two cores give on this machine, and falls to one if other
 * programs have the second core. By processor time, it shows the cost of shared caches and memory.
 */
function twoThreads(name: string, clock: 'elapsed' | 'computing'): BenchCase {
  return {
    name,
    unit: 'times one',
    better: 'higher',
    prepare: () => {
      const threads = [new SolverThread(), new SolverThread()] as const;
      return {
        // Measures both in each round, so that other programs do not disturb only one of them.
        measure: async () => {
          const alone = await threads[0].solve(PAIR_NONCES);
          const [a, b] = await Promise.all([threads[0].solve(PAIR_NONCES), threads[1].solve(PAIR_NONCES)]);
          must(alone.solutions === a.solutions && alone.solutions === b.solutions, 'the threads agree');
          return (2 * alone[clock]) / Math.max(a[clock], b[clock]);
        },
        close: async () => {
          await Promise.all(threads.map((thread) => thread.close()));
        },
      };
    },
  };
}
