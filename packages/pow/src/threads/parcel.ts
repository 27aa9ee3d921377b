import type { ToWorker } from './protocol.ts';
import type { Task } from './task.ts';

/** 32 shares of Zcash's are 47 KiB. */
const FIRST_BYTES = 65_536;

/**
 * Memory that the pool and a worker share, for one batch at a time: nothing is allocated or cloned for the bytes of a
 * job. Not to be packed again before the worker has answered.
 */
export class Parcel {
  #memory = new Uint8Array(new SharedArrayBuffer(FIRST_BYTES));

  /** Grows to the largest batch: a dataset's seeds, with 31 jobs beside them at most. */
  pack(tasks: readonly Task[]): ToWorker {
    const size = tasks.reduce((sum, task) => sum + task.bytes.length, 0);
    if (size > this.#memory.length) this.#memory = new Uint8Array(new SharedArrayBuffer(size));
    let at = 0;
    for (const { bytes } of tasks) {
      this.#memory.set(bytes, at);
      at += bytes.length;
    }
    return { kind: 'batch', jobs: tasks.map(({ job }) => job), bytes: this.#memory };
  }
}
