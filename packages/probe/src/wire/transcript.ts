import type { WireLine } from '../report/finding.ts';
import { shownLine } from './printable.ts';

/** The lines that a finding shows are the last ones: they say why it failed. */
const KEPT_LINES = 24;

/** The lines of all connections of one check. */
export class Transcript {
  readonly #lines: WireLine[] = [];
  readonly #password: string;
  readonly #begin = performance.now();
  #connections = 0;

  /** @param password left out of all lines */
  constructor(password = '') {
    this.#password = password;
  }

  /** Counts a new connection. @returns its number */
  connection(): number {
    this.#connections += 1;
    return this.#connections;
  }

  add(connection: number, from: WireLine['from'], line: string): void {
    const at = Math.round(performance.now() - this.#begin);
    this.#lines.push({ connection, from, at, text: shownLine(line, this.#password) });
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  }

  get lines(): readonly WireLine[] {
    return this.#lines;
  }
}
