import type { JournalThread } from './journal-thread.ts';

/**
 * With as many the journal waits for the disk, instead of beginning another file. Otherwise a disk that hangs again and
 * again would collect threads.
 */
const MAX_HUNG = 4;

/** Threads that were given up while they hung in a commit. What they write counts for nothing. */
export class HungThreads {
  readonly #threads = new Set<JournalThread>();

  get full(): boolean {
    return this.#threads.size >= MAX_HUNG;
  }

  add(thread: JournalThread): void {
    this.#threads.add(thread);
    thread.abandon(() => this.#threads.delete(thread));
  }
}
