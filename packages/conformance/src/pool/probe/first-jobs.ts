/** After this many logins in a row without a job the probe no longer hopes for one. */
const ENOUGH = 2;

/** What the logins of a run have shown of first jobs: where none comes after a login, each check would wait for it. */
export class FirstJobs {
  readonly #answerMs: number;
  readonly #quietMs: number;
  #missed = 0;

  constructor({ answerMs, quietMs }: { readonly answerMs: number; readonly quietMs: number }) {
    this.#answerMs = answerMs;
    this.#quietMs = quietMs;
  }

  /** How long to wait for the first job of a session, in milliseconds. */
  get waitMs(): number {
    return this.#missed < ENOUGH ? this.#answerMs : Math.min(this.#quietMs, this.#answerMs);
  }

  /** Counts a wait. @param came whether the job came */
  waited(came: boolean): void {
    this.#missed = came ? 0 : this.#missed + 1;
  }
}
