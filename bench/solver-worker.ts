// The thread of `SolverThread`.
import { parentPort } from 'node:worker_threads';
import { EquihashSolver } from '@adit/pow';
import { computingTime } from './clock.ts';
import { headerOfNonce, type Solved, ZCASH } from './solver-thread.ts';

const solver = new EquihashSolver(ZCASH);

parentPort?.on('message', (nonces: readonly number[]) => {
  const start = { elapsed: performance.now(), computing: computingTime() };
  let solutions = 0;
  for (const nonce of nonces) solutions += solver.solve(headerOfNonce(nonce)).length;
  const solved: Solved = {
    solutions,
    elapsed: performance.now() - start.elapsed,
    computing: computingTime() - start.computing,
  };
  parentPort?.postMessage(solved);
});
