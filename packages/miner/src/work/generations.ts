/** Bytes that the main thread and the mining threads share. */
const BYTES = 8;
const NEWEST = 0;
const OLDEST_LIVE = 1;

/**
 * The numbers of tasks, shared by all threads, which read them every few milliseconds. A task that is no longer the
 * newest one ends with its step; a task that has been dropped ends within its step, and its shares are worthless.
 */
export class Generations {
  readonly buffer: SharedArrayBuffer;
  readonly #numbers: Int32Array;

  constructor(buffer: SharedArrayBuffer = new SharedArrayBuffer(BYTES)) {
    this.buffer = buffer;
    this.#numbers = new Int32Array(buffer);
  }

  /** Numbers a new task. @param keep whether shares of the tasks before it still count */
  next(keep: boolean): number {
    const generation = Atomics.add(this.#numbers, NEWEST, 1) + 1;
    if (!keep) Atomics.store(this.#numbers, OLDEST_LIVE, generation);
    return generation;
  }

  isNewest(generation: number): boolean {
    return Atomics.load(this.#numbers, NEWEST) === generation;
  }

  isDropped(generation: number): boolean {
    return generation < Atomics.load(this.#numbers, OLDEST_LIVE);
  }
}
