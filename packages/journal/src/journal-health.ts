/**
 * Why a journal keeps nothing: its disk has not answered for ten seconds; a file was moved, replaced or changed by
 * others; a commit failed; a new file cannot be begun.
 */
export type JournalProblemCause = 'disk_silent' | 'file_gone' | 'commit_failed' | 'cannot_begin';

/** Hears how the journal is, whenever that changes. */
export type OnHealth = (problem: string | undefined, cause: JournalProblemCause | undefined) => void;

/** Whether a journal keeps shares, and why not. */
export class JournalHealth {
  readonly #onHealth: OnHealth | undefined;
  #problem: string | undefined;
  #cause: JournalProblemCause | undefined;

  constructor(onHealth: OnHealth | undefined) {
    this.#onHealth = onHealth;
  }

  /** For people; undefined while the journal keeps shares. */
  get problem(): string | undefined {
    return this.#problem;
  }

  get cause(): JournalProblemCause | undefined {
    return this.#cause;
  }

  fails(cause: JournalProblemCause, problem: string): void {
    this.#set(problem, cause);
  }

  works(): void {
    this.#set(undefined, undefined);
  }

  #set(problem: string | undefined, cause: JournalProblemCause | undefined): void {
    const isKnown = this.#problem === problem && this.#cause === cause;
    this.#problem = problem;
    this.#cause = cause;
    if (!isKnown) this.#onHealth?.(problem, cause);
  }
}
