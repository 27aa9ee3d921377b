import { AditError } from '@adit/primitives';
import { QueueEntry } from './fair-queue.ts';
import type { Lane } from './lane.ts';
import type { Job, Outcome } from './protocol.ts';

/** The caller that waits for a job. */
export interface Waiter {
  /** Throws where the outcome is of another kind than the job. */
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onError: (error: unknown) => void;
}

/** A job that has no answer yet, with its bytes and its caller. */
export class PendingJob extends QueueEntry {
  readonly job: Job;
  /** A copy: the caller may use its own bytes again at once. */
  readonly bytes: Uint8Array;
  /** How many workers have died while they had this job. */
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
