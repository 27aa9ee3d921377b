import { EventEmitter } from 'node:events';
import type { Worker } from 'node:worker_threads';
import type { Outcome, ToWorker } from '../../src/threads/protocol.ts';

/** Takes batches as a worker does, and answers or dies when it is told to; the digest of a job is its header hash. */
export class FakeWorker extends EventEmitter {
  readonly #batches: Outcome[][] = [];
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
    if (message.kind !== 'batch' || this.dead) return;
    let at = 0;
    this.#batches.push(
      message.jobs.map((job) => {
        at += job.size;
        return { kind: 'truehash', digest: message.bytes.slice(at - job.size, at) };
      }),
    );
  }

  /** @returns whether there was a batch to answer */
  answer(): boolean {
    const outcomes = this.#batches.shift();
    if (outcomes === undefined || this.dead) return false;
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
