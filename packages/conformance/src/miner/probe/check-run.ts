import { cannotTell, Judged } from '../../report/finding.ts';
import { Transcript } from '../../report/transcript.ts';

/** The time and the conversation of one check. A connection outlives checks, so it asks which check runs now. */
export class CheckRun {
  readonly #transcript = new Transcript();
  readonly #numbers = new WeakMap<object, number>();
  readonly #deadline: number;
  readonly #seconds: number;

  constructor(seconds: number) {
    this.#seconds = seconds;
    this.#deadline = performance.now() + seconds * 1000;
  }

  get lines() {
    return this.#transcript.lines;
  }

  /** @returns the smaller of `within` and the time that the check has left, in milliseconds. @throws Judged `cannot_tell` when no time is left */
  budget(within: number): number {
    const left = this.#deadline - performance.now();
    if (left <= 0) throw new Judged(cannotTell(`not finished within ${this.#seconds} s`));
    return Math.min(within, left);
  }

  add(connection: object, from: 'probe' | 'peer', text: string): void {
    let number = this.#numbers.get(connection);
    if (number === undefined) {
      number = this.#transcript.connection();
      this.#numbers.set(connection, number);
    }
    this.#transcript.add(number, from, text);
  }
}
