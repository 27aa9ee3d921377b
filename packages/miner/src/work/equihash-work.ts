import { EquihashSolver, equihashSizes, zcashBlockHash } from '@adit/pow';
import { concatBytes, hashValue } from '@adit/primitives';
import type { MineTask } from './mine-protocol.ts';
import type { MineStep, Work, WorkModules, WorkOptions } from './work.ts';

/** The nonce of a Zcash header: nonce1, which the pool chooses, and nonce2, which the miner chooses. */
const NONCE_BYTES = 32;
/** Eight bytes outlast any job, so the counter needs no more of nonce2. */
const COUNTER_BYTES = 8;

/** Solves Equihash for a header, one nonce a step, and reports the solutions whose block hash meets the target. */
export class EquihashWork implements Work<'zcash'> {
  readonly #thread: number;
  readonly #modules: WorkModules;
  /** A solver takes 100 MB and more, so a thread keeps only the last one. */
  #solver: { readonly key: string; readonly solver: EquihashSolver } | undefined;

  constructor(options: WorkOptions, modules: WorkModules) {
    this.#thread = options.thread;
    this.#modules = modules;
  }

  begin(task: MineTask<'zcash'>): MineStep {
    const { generation, equihash, headerStart, nonce1, nonceLayout, target, jobId } = task;
    const { isDropped, report } = this.#modules;
    const solver = this.#solverOf(task);
    const { prefix } = equihashSizes(equihash);
    const nonce2 = this.#firstNonce2(NONCE_BYTES - nonce1.length);
    let left = nonce2.length >= COUNTER_BYTES ? Number.POSITIVE_INFINITY : 256 ** (nonce2.length - 1);
    return () => {
      // A pool may leave so few bytes that all nonces are soon tried: any further ones would be duplicates.
      if (left === 0) return false;
      left -= 1;
      count(nonce2);
      const nonce = nonceLayout === 'leading' ? concatBytes(nonce1, nonce2) : concatBytes(nonce2, nonce1);
      const header = concatBytes(headerStart, nonce);
      const solutions = solver.solve(header);
      for (const solution of solutions) {
        const hash = zcashBlockHash(header, concatBytes(prefix, solution));
        if (isDropped()) return true;
        if (hashValue(hash) <= target) report({ kind: 'zcash_share', generation, jobId, nonce, solution });
      }
      report({ kind: 'done', count: solutions.length });
      return true;
    };
  }

  #solverOf({ equihash }: MineTask<'zcash'>): EquihashSolver {
    const key = JSON.stringify(equihash);
    if (this.#solver?.key !== key) {
      const solver = new EquihashSolver(equihash, { cancelled: this.#modules.isDropped });
      this.#solver = { key, solver };
    }
    return this.#solver.solver;
  }

  /**
   * The thread's number, random bytes, and a counter that begins at zero. The random bytes keep a miner that was
   * restarted from repeating itself.
   */
  #firstNonce2(length: number): Uint8Array {
    const nonce2 = crypto.getRandomValues(new Uint8Array(length));
    nonce2.fill(0, Math.max(0, length - COUNTER_BYTES));
    nonce2[0] = this.#thread & 255;
    return nonce2;
  }
}

/** Adds one to the counter, whose last byte is the least significant; byte 0 is the thread's number and stays. */
function count(nonce2: Uint8Array): void {
  for (let i = nonce2.length - 1; i > 0; i -= 1) {
    const next = ((nonce2[i] ?? 0) + 1) & 255;
    nonce2[i] = next;
    if (next !== 0) return;
  }
}
