import { AditError } from '@adit/primitives';
import type { Side } from '@adit/wire';
import { type LineEnd, MAX_LINE_BYTES } from './recording.ts';

/** The longest line of the file: each byte may become an escape of six characters, and the fields around it come on top. */
const MAX_RECORD_BYTES = 6 * MAX_LINE_BYTES + 1024;

/** One line of the file, with checked access to its fields. */
export class RecordFields {
  readonly #where: string;
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(name: string, number: number, line: string) {
    this.#where = `${name}, line ${number}`;
    if (line.length > MAX_RECORD_BYTES) throw this.#wrong(`has more than ${MAX_RECORD_BYTES} characters`);
    // JSON reads it as a space.
    if (line.endsWith('\r')) throw this.#wrong('ends with CR LF, expected LF alone');
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      throw this.#wrong('is not valid JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw this.#wrong('must hold one JSON object');
    }
    this.#values = value as Readonly<Record<string, unknown>>;
  }

  has(field: string): boolean {
    return Object.hasOwn(this.#values, field);
  }

  get(field: string): unknown {
    return this.has(field) ? this.#values[field] : undefined;
  }

  /** @throws AditError where the line has other fields: a reader must not skip what it does not understand */
  only(...allowed: readonly string[]): void {
    const other = Object.keys(this.#values).find((field) => !allowed.includes(field));
    if (other !== undefined) throw this.fault(other.slice(0, 40), `only ${allowed.join(', ')}`);
  }

  text(field: string, most: number): string {
    const value = this.get(field);
    if (typeof value !== 'string' || value.length > most) {
      throw this.fault(field, `text of at most ${most} characters`);
    }
    return value;
  }

  integer(field: string, least: number, most: number): number {
    const value = this.get(field);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least || value > most) {
      throw this.fault(field, `an integer of ${least} to ${most}`);
    }
    return value;
  }

  side(): Side {
    const value = this.get('from');
    if (value !== 'miner' && value !== 'pool') throw this.fault('from', '"miner" or "pool"');
    return value;
  }

  lineEnd(): LineEnd {
    const value = this.get('end');
    if (value !== '\r\n' && value !== '')
      throw this.fault('end', '"\\r\\n", or "" where the line has no end');
    return value;
  }

  fault(field: string, expected: string): AditError {
    return this.#wrong(`field ${JSON.stringify(field)}: expected ${expected}`);
  }

  #wrong(what: string): AditError {
    return new AditError('ADIT_BAD_RECORDING', `${this.#where}: ${what}`);
  }
}
