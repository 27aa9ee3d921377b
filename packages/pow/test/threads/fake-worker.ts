import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Outcome, ToWorker } from '../../src/threads/protocol.ts';

type Batch = Extract<ToWorker, { kind: 'batch' }>;

/** Takes batches as a worker does, and answers or dies when it is told to; the digest of a job is its header hash. */
export class FakeWorker extends EventEmitter {
  readonly #batches: Batch[] = [];
  dead = false;

  /** The pool knows no other kind. */
  get asWorker(): Worker {
    return this as unknown as Worker;
  }

  /** Batches not yet answered. */
  get batches(): number {
    return this.#batches.length;
  }

  postMessage(message: ToWorker): void {
    if (message.kind === 'batch' && !this.dead) this.#batches.push(message);
  }

  /** Looks at the bytes only now, as a busy worker does. @returns whether there was a batch to answer */
  answer(): boolean {
    const batch = this.#batches.shift();
    if (batch === undefined || this.dead) return false;
    let at = 0;
    const outcomes = batch.jobs.map(({ size }): Outcome => {
      at += size;
      return { kind: 'truehash', digest: batch.bytes.slice(at - size, at) };
    });
    this.emit('message', { outcomes });
    return true;
  }

  die(): void {
    if (this.dead) return;
    this.dead = true;
    this.emit('exit', 1);
  }

  async terminate(): Promise<number> {
    this.dead = true;
    return 0;
  }
}
