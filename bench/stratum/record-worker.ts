// Solves nonces for `record`, one connection's shares at a time.
import { parentPort } from 'node:worker_threads';
import { EquihashSolver, equihashSizes } from '@adit/pow';
import { concatBytes, encodeHex } from '@adit/primitives';
import { CHAIN, type SolveRequest } from './recorded-shares.ts';

const solver = new EquihashSolver(CHAIN.equihash);
const { prefix } = equihashSizes(CHAIN.equihash);

parentPort?.on('message', ({ headerStart, nonce1, shares }: SolveRequest) => {
  const found: { nonce2: string; solution: string }[] = [];
  for (let counter = 0; found.length < shares; counter += 1) {
    const nonce2 = new Uint8Array(28);
    new DataView(nonce2.buffer).setUint32(24, counter);
    for (const solution of solver.solve(concatBytes(headerStart, nonce1, nonce2))) {
      if (found.length === shares) break;
      found.push({ nonce2: encodeHex(nonce2), solution: encodeHex(concatBytes(prefix, solution)) });
    }
  }
  parentPort?.postMessage(found);
});
