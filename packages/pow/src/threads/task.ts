import { AditError } from '@adit/primitives';
import { Queued } from './fair-queue.ts';
import type { Job, Outcome } from './protocol.ts';
import type { Lane } from './turns.ts';

/** Who waits for a job. */
export interface Waiter {
  /** Throws where the outcome is none of its job's. */
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onError: (error: unknown) => void;
}

/** A job with its bytes and with whoever waits for it. */
export class Task extends Queued {
  readonly job: Job;
  /** The task's own, since whoever gave them may use theirs again. */
  readonly bytes: Uint8Array;
  /** Times that a worker died while it had this. */
  losses = 0;
  readonly #waiter: Waiter;

  constructor(lane: Lane, job: Job, bytes: Uint8Array, waiter: Waiter) {
    super(lane, performance.now());
    this.job = job;
    this.bytes = bytes;
    this.#waiter = waiter;
  }

  settle(outcome: Outcome): void {
    if (outcome.kind === 'error') {
      this.fail(new AditError(outcome.code, outcome.message));
      return;
    }
    try {
      this.#waiter.onOutcome(outcome);
    } catch (error) {
      this.#waiter.onError(error);
    }
  }

  fail(error: AditError): void {
    this.#waiter.onError(error);
  }
}
