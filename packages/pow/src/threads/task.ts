import { AditError } from '@adit/primitives';
import type { Job, Outcome } from './protocol.ts';

/** A job with the promise that waits for it. */
export class Task {
  readonly job: Job;
  /** Times that a worker died while it had this. */
  losses = 0;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: Error) => void;

  constructor(job: Job, resolve: (outcome: Outcome) => void, reject: (error: Error) => void) {
    this.job = job;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  settle(outcome: Outcome): void {
    if (outcome.kind === 'error') this.fail(outcome.code, outcome.message);
    else this.#resolve(outcome);
  }

  fail(code: string, message: string): void {
    this.#reject(new AditError(code, message));
  }
}

/** First in, first out, without moving the rest at every step. Bounded by the pool. */
export class TaskQueue {
  #tasks: Task[] = [];
  #head = 0;

  get length(): number {
    return this.#tasks.length - this.#head;
  }

  push(task: Task): void {
    this.#tasks.push(task);
  }

  /** Puts lost tasks back in front, in their order. */
  returnToFront(tasks: readonly Task[]): void {
    this.#tasks = [...tasks, ...this.#tasks.slice(this.#head)];
    this.#head = 0;
  }

  /** Up to `count` tasks from the front. */
  take(count: number): Task[] {
    const taken = this.#tasks.slice(this.#head, this.#head + count);
    this.#head += taken.length;
    // Cutting off the spent part only when it is the larger one makes the copies rare.
    if (this.#head * 2 > this.#tasks.length) {
      this.#tasks = this.#tasks.slice(this.#head);
      this.#head = 0;
    }
    return taken;
  }
}
