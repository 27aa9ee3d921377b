import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export const ZCASH = { n: 200, k: 9, personalization: 'ZcashPoW' } as const;

/** @returns a header of zeros with this nonce */
export function headerOfNonce(nonce: number): Uint8Array {
  const header = new Uint8Array(140);
  new DataView(header.buffer).setUint32(108, nonce, true);
  return header;
}

export interface Solved {
  readonly solutions: number;
  /** Milliseconds from the first nonce to the last. */
  readonly elapsed: number;
  /** Milliseconds of processor time of the thread. */
  readonly computing: number;
}

/** A thread with its own solver. It takes one request at a time. */
export class SolverThread {
  readonly #worker = new Worker(new URL('solver-worker.ts', import.meta.url));

  async solve(nonces: readonly number[]): Promise<Solved> {
    this.#worker.postMessage(nonces);
    const [solved] = await once(this.#worker, 'message');
    return solved as Solved;
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
