import { LEFT_OUT, printable } from '@adit/wire';
import type { WireLine } from './finding.ts';

/** The lines that a finding shows are the last ones: they say why it failed. */
const KEPT_LINES = 24;

/** The second parameter of mining.authorize, in any spelling. */
const PASSWORD = /("mining\.authorize"\s*,\s*"params"\s*:\s*\[\s*"(?:[^"\\]|\\.)*"\s*,\s*)"(?:[^"\\]|\\.)*"/;
/** Shorter passwords (x, 12) stand in many lines by chance, so they are only left out of mining.authorize. */
const SHORTEST_SECRET = 3;

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

/**
 * A line as it may be shown.
 * @param password left out everywhere, also in the words of a pool
 */
export function shownLine(line: string, password = ''): string {
  const plain = line.replace(PASSWORD, `$1"${LEFT_OUT}"`);
  if (password.length < SHORTEST_SECRET) return printable(plain);
  const escaped = JSON.stringify(password).slice(1, -1);
  return printable(plain.replaceAll(escaped, LEFT_OUT).replaceAll(password, LEFT_OUT));
}
