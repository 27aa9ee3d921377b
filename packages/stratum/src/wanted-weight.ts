/** Shares whose weight differs by less are of one weight. */
const SAME_WEIGHT = 0.02;

export interface WeightBounds {
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
}

/** Are both the same but for rounding? Steps of the grid that are no further apart than this do not matter either. */
export function sameWeight(weight: bigint, other: bigint): boolean {
  const a = Number(weight);
  return Math.abs(a - Number(other)) <= a * SAME_WEIGHT;
}

/** @returns the nearest weight within the bounds, and at least 1 */
export function clampWeight(weight: bigint, { minWeight, maxWeight }: WeightBounds): bigint {
  const bounded = weight < minWeight ? minWeight : weight > maxWeight ? maxWeight : weight;
  return bounded < 1n ? 1n : bounded;
}

/** A connection's weight: the one that its newest job has, and the one that the next new work is to bring. */
export class WantedWeight {
  #wanted: bigint;
  /** What the newest job was settled at, before the chain's own target made its shares worth less. */
  #settled: bigint;
  #inForce: bigint;

  constructor(start: bigint) {
    this.#wanted = this.#settled = this.#inForce = start;
  }

  get wanted(): bigint {
    return this.#wanted;
  }

  /** What a share of the newest job is worth. */
  get inForce(): bigint {
    return this.#inForce;
  }

  /** What is wanted is not settled for any job yet. */
  get pending(): boolean {
    return !sameWeight(this.#wanted, this.#settled);
  }

  /** @returns the weight if it was not wanted before */
  want(weight: bigint): bigint | undefined {
    if (weight === this.#wanted) return undefined;
    this.#wanted = weight;
    return weight;
  }

  /** A job left. @returns whether something took effect */
  grant(settled: bigint, worth: bigint): boolean {
    const { pending } = this;
    const changed = !sameWeight(worth, this.#inForce);
    this.#settled = settled;
    this.#inForce = worth;
    return changed || (pending && !this.pending);
  }
}
