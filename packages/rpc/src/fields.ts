import { AditError, tryDecodeHex } from '@adit/primitives';

/**
 * Reads the fields of an object that came from a node. Each error names the field by its path, and says what was
 * expected.
 * @throws AditError `ADIT_BAD_FIELD` from every method
 */
export class Fields {
  readonly #record: Readonly<Record<string, unknown>>;
  readonly #path: string;

  /** @param path name of the object in messages, such as `getblocktemplate` */
  constructor(value: unknown, path: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw badField(path, 'an object');
    this.#record = value as Record<string, unknown>;
    this.#path = path;
  }

  /** Whether a field is there. Null counts as absent: zcashd writes null where Zebra leaves a field out. */
  has(name: string): boolean {
    return this.#get(name) !== undefined;
  }

  integer(name: string, least: number, most: number): number {
    const value = this.#get(name);
    if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > most) {
      throw badField(this.#at(name), `an integer from ${least} to ${most}`);
    }
    return value;
  }

  /** A number that may have a fraction, such as an amount of whole coins. */
  number(name: string, least: number, most: number): number {
    const value = this.#get(name);
    if (typeof value !== 'number' || !(value >= least && value <= most)) {
      throw badField(this.#at(name), `a number from ${least} to ${most}`);
    }
    return value;
  }

  optionalInteger(name: string, least: number, most: number): number | undefined {
    return this.has(name) ? this.integer(name, least, most) : undefined;
  }

  string(name: string, maxLength: number): string {
    const value = this.#get(name);
    if (typeof value !== 'string' || value.length > maxLength) {
      throw badField(this.#at(name), `a string of at most ${maxLength} characters`);
    }
    return value;
  }

  optionalString(name: string, maxLength: number): string | undefined {
    return this.has(name) ? this.string(name, maxLength) : undefined;
  }

  /** Strict hex of exactly `length` bytes; without `length`, of any number of bytes. */
  hex(name: string, length?: number): Uint8Array {
    const bytes = tryDecodeHex(this.#get(name), length);
    if (bytes !== undefined) return bytes;
    throw badField(
      this.#at(name),
      length === undefined ? 'an even number of hex digits' : `${2 * length} hex digits`,
    );
  }

  /** A 32-byte hash, turned from display order into header order. */
  displayHash(name: string): Uint8Array {
    return this.hex(name, 32).reverse();
  }

  optionalDisplayHash(name: string): Uint8Array | undefined {
    return this.has(name) ? this.displayHash(name) : undefined;
  }

  object(name: string): Fields {
    return new Fields(this.#get(name), this.#at(name));
  }

  optionalObject(name: string): Fields | undefined {
    return this.has(name) ? this.object(name) : undefined;
  }

  /** An array of objects. */
  objects(name: string, maxLength: number): readonly Fields[] {
    const value = this.#get(name);
    if (!Array.isArray(value) || value.length > maxLength) {
      throw badField(this.#at(name), `an array of at most ${maxLength} objects`);
    }
    return value.map((item: unknown, index) => new Fields(item, `${this.#at(name)}[${index}]`));
  }

  /** Makes an error about one of these fields. */
  fault(name: string, expected: string): AditError {
    return badField(this.#at(name), expected);
  }

  #get(name: string): unknown {
    return Object.hasOwn(this.#record, name) ? (this.#record[name] ?? undefined) : undefined;
  }

  #at(name: string): string {
    return `${this.#path}.${name}`;
  }
}

function badField(path: string, expected: string): AditError {
  return new AditError('ADIT_BAD_FIELD', `${path} must be ${expected}`);
}
