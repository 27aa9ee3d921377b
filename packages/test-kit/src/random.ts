/** Numbers that look random and come again with the same seed (splitmix32). */
export class Random {
  #state: number;

  /** @param seed an integer; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** 0 to 2^32-1. */
  uint32(): number {
    this.#state = (this.#state + 0x9e3779b9) | 0;
    let mixed = this.#state ^ (this.#state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  }

  /** 0 to limit-1. @param limit at least 1 */
  below(limit: number): number {
    return this.uint32() % limit;
  }

  chance(oneIn: number): boolean {
    return this.below(oneIn) === 0;
  }

  /** @param values at least one */
  pick<T>(values: readonly T[]): T {
    if (values.length === 0) throw new RangeError('nothing to pick from');
    return values[this.below(values.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(length).map(() => this.uint32() & 255);
  }

  /** Any length, the interesting ones more often than others. */
  length(borders: readonly number[]): number {
    if (this.chance(4)) return this.below(3000);
    return Math.max(0, this.pick(borders) + this.below(5) - 2);
  }

  /** Small numbers far more often than large ones, 0 to limit-1. */
  small(limit: number): number {
    return this.below(1 + this.below(1 + this.below(limit)));
  }
}

/** A seed for a part of the run, so that parts do not depend on each other's turn. */
export function seedOf(seed: number, name: string): number {
  let mixed = seed | 0;
  for (let i = 0; i < name.length; i += 1) mixed = Math.imul(mixed ^ name.charCodeAt(i), 0x01000193);
  return mixed;
}
