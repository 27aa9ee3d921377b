import type { WireLine } from '../report/finding.ts';
import { shownLine } from './printable.ts';

/** Lines that a finding shows: the end of a conversation says why it failed. */
const KEPT = 24;

/** What went over the wire during one check, all its connections together. */
export class Transcript {
  readonly #lines: WireLine[] = [];
  readonly #password: string;
  readonly #begin = performance.now();
  #connections = 0;

  /** @param password left out of everything */
  constructor(password = '') {
    this.#password = password;
  }

  /** @returns the number of a new connection */
  connection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  add(connection: number, from: WireLine['from'], line: string): void {
    const at = Math.round(performance.now() - this.#begin);
    this.#lines.push({ connection, from, at, text: shownLine(line, this.#password) });
    if (this.#lines.length > KEPT) this.#lines.shift();
  }

  get lines(): readonly WireLine[] {
    return this.#lines;
  }
}
