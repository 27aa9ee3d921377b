import { AditError } from '@adit/primitives';
import type { Lane, Queued } from './fair-queue.ts';
import type { Job, Outcome } from './protocol.ts';

/** A job with the promise that waits for it. */
export class Task implements Queued {
  readonly job: Job;
  readonly lane: Lane;
  readonly since: number;
  /** Times that a worker died while it had this. */
  losses = 0;
  readonly #resolve: (outcome: Outcome) => void;
  readonly #reject: (error: Error) => void;

  constructor(
    job: Job,
    place: { readonly lane: Lane; readonly since: number },
    resolve: (outcome: Outcome) => void,
    reject: (error: Error) => void,
  ) {
    this.job = job;
    this.lane = place.lane;
    this.since = place.since;
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
