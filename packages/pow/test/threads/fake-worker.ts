import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Outcome, ToWorker } from '../../src/threads/protocol.ts';

type Batch = Extract<ToWorker, { kind: 'batch' }>;

/** A worker that answers or dies when the test says so. Its digest of a job is the header hash of the job. */
export class FakeWorker extends EventEmitter {
  readonly #batches: Batch[] = [];
  dead = false;

  /** This worker by the type that the verifier pool takes. */
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

  /** Reads the bytes only now, as a busy worker does. @returns whether there was a batch to answer */
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
