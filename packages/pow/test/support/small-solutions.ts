import { EquihashSolver, equihashSizes } from '@adit/pow';

export const SMALL = { n: 48, k: 5, personalization: 'ZcashPoW' } as const;
export const SMALL_SIZES = equihashSizes(SMALL);

/** Inputs of 140 bytes with different nonces, each with a solution of (48,5). */
export function smallSolutions(
  count: number,
): { readonly input: Uint8Array; readonly solution: Uint8Array }[] {
  const solver = new EquihashSolver(SMALL);
  const found: { input: Uint8Array; solution: Uint8Array }[] = [];
  for (let nonce = 0; found.length < count; nonce += 1) {
    const input = new Uint8Array(140).fill(7);
    new DataView(input.buffer).setUint32(108, nonce, true);
    for (const solution of solver.solve(input)) found.push({ input, solution });
  }
  return found.slice(0, count);
}
