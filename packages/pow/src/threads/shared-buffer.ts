import type { PendingJob } from './pending-job.ts';
import type { ToWorker } from './protocol.ts';

/** 32 shares of Zcash take 47 KiB, so most buffers never grow. */
const INITIAL_BYTES = 65_536;

/**
 * Memory that the pool and a worker share, for one batch at a time: the bytes of a job are neither allocated nor cloned
 * for the message. The owner must not pack another batch before the worker has answered.
 */
export class SharedBuffer {
  #memory = new Uint8Array(new SharedArrayBuffer(INITIAL_BYTES));

  /** Copies the bytes of the jobs. Grows to the largest batch, which is the seeds of a dataset with 31 other jobs. */
  pack(jobs: readonly PendingJob[]): ToWorker {
    const size = jobs.reduce((sum, job) => sum + job.bytes.length, 0);
    if (size > this.#memory.length) this.#memory = new Uint8Array(new SharedArrayBuffer(size));
    let at = 0;
    for (const { bytes } of jobs) {
      this.#memory.set(bytes, at);
      at += bytes.length;
    }
    return { kind: 'batch', jobs: jobs.map(({ job }) => job), bytes: this.#memory };
  }
}
