import { parentPort } from 'node:worker_threads';
import { EquihashSolver, equihashSizes, zcashBlockHash } from '@adit/pow';
import { concatBytes, equalBytes, hashValue } from '@adit/primitives';
import type { FoundSolution, ShareOrder, ShareReport } from './share-order.ts';

// Solves Equihash on a thread of its own. One nonce of 200,9 takes half a second, in which the main thread could not time
// the pool's answers.
const port = parentPort;
if (port === null) throw new Error('the share worker runs in a worker thread');

let deadline = 0;
/** The last solver. Solvers are large, so only one is kept. */
let kept: { readonly key: string; readonly solver: EquihashSolver } | undefined;

port.on('message', (order: ShareOrder) => port.postMessage(search(order)));

function search(order: ShareOrder): ShareReport {
  const { id, equihash, headerStart, nonce1, least, most, also, withinMs } = order;
  const began = performance.now();
  deadline = began + withinMs;
  const key = JSON.stringify(equihash);
  if (kept?.key !== key) {
    const cancelled = () => performance.now() > deadline;
    kept = { key, solver: new EquihashSolver(equihash, { cancelled }) };
  }
  const { solver } = kept;
  const { prefix } = equihashSizes(equihash);
  const nonce2 = crypto.getRandomValues(new Uint8Array(32 - nonce1.length));
  // Making a solver takes longer than some shares, and happens once.
  const ready = performance.now();
  const took = () => performance.now() - ready;
  let solutions = 0;
  const sharesOf = (start: Uint8Array, nonce: Uint8Array): FoundSolution[] => {
    const header = concatBytes(start, nonce);
    return solver.solve(header).flatMap((solution) => {
      solutions += 1;
      const value = hashValue(zcashBlockHash(header, concatBytes(prefix, solution)));
      return value < least || value > most ? [] : [{ solution, value }];
    });
  };
  while (performance.now() <= deadline) {
    count(nonce2);
    const nonce = concatBytes(nonce1, nonce2);
    const [first, second] = sharesOf(headerStart, nonce);
    if (first === undefined) continue;
    if (also === undefined) return { id, found: { nonce, ...first }, solutions, milliseconds: took() };
    const other = equalBytes(also, headerStart) ? second : sharesOf(also, nonce)[0];
    if (other !== undefined)
      return { id, found: { nonce, ...first, other }, solutions, milliseconds: took() };
  }
  return { id, solutions, milliseconds: took() };
}

function count(nonce2: Uint8Array): void {
  for (let i = nonce2.length - 1; i >= 0; i -= 1) {
    const next = ((nonce2[i] ?? 0) + 1) & 255;
    nonce2[i] = next;
    if (next !== 0) return;
  }
}
