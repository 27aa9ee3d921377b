import { messageOf } from '@adit/primitives';
import type { OnPoolEvent } from './events.ts';

/** A listener must not be able to stop a share on its way: what it throws becomes a process warning. */
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

/** What is done every so many milliseconds. A full disk or a locked file is a problem, not the end of the process. */
export class GuardedTimers {
  readonly #onProblem: (what: string, detail: string) => void;
  readonly #timers: NodeJS.Timeout[] = [];

  constructor(onProblem: (what: string, detail: string) => void) {
    this.#onProblem = onProblem;
  }

  every(ms: number, work: () => void): void {
    const guardedWork = () => {
      try {
        work();
      } catch (error) {
        this.#onProblem('what is done now and then', messageOf(error));
      }
    };
    this.#timers.push(setInterval(guardedWork, ms));
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
