import { messageOf } from '@adit/primitives';
import type { OnPoolEvent } from './events.ts';
import { behind, type OnProblem } from './problem.ts';

/** Wraps a listener of events, so that it cannot stop a share on its way: its errors become process warnings. */
export function guarded(onEvent: OnPoolEvent): OnPoolEvent {
  return (event) => {
    try {
      onEvent(event);
    } catch (error) {
      process.emitWarning(
        `the listener failed on the event ${event.kind}: ${messageOf(error)}`,
        'AditWarning',
      );
    }
  };
}

/** Tasks that run at intervals. An error in one, as by a full disk or a locked file, does not end the process. */
export class GuardedTimers {
  readonly #onProblem: OnProblem;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(onProblem: OnProblem) {
    this.#onProblem = onProblem;
  }

  every(ms: number, work: () => void): void {
    const guardedWork = () => {
      try {
        work();
      } catch (error) {
        this.#onProblem({ cause: 'task', ...behind(error) });
      }
    };
    this.#timers.push(setInterval(guardedWork, ms));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
