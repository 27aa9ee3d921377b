/** Two weights that differ by at most this part count as the same. */
const SAME_WEIGHT = 0.02;

export interface WeightBounds {
  readonly minWeight: bigint;
  readonly maxWeight: bigint;
}

/** Whether both weights are the same, apart from rounding and from one step of the weight grid (at most 1/64). */
export function sameWeight(weight: bigint, other: bigint): boolean {
  const a = Number(weight);
  return Math.abs(a - Number(other)) <= a * SAME_WEIGHT;
}

/** @returns the nearest weight within the bounds, and at least 1 */
export function clampWeight(weight: bigint, { minWeight, maxWeight }: WeightBounds): bigint {
  const bounded = weight < minWeight ? minWeight : weight > maxWeight ? maxWeight : weight;
  return bounded < 1n ? 1n : bounded;
}

/** The weights of a connection: that of its newest job, and that which the next new work is to bring. */
export class WantedWeight {
  #wanted: bigint;
  /** The settled weight of the newest job. Its shares are worth less if the chain's own target is easier. */
  #settled: bigint;
  #inForce: bigint;

  constructor(start: bigint) {
    this.#wanted = this.#settled = this.#inForce = start;
  }

  get wanted(): bigint {
    return this.#wanted;
  }

  /** The weight of a share for the newest job. */
  get inForce(): bigint {
    return this.#inForce;
  }

  /** True if the wanted weight is not settled for any job yet. */
  get pending(): boolean {
    return !sameWeight(this.#wanted, this.#settled);
  }

  /** @returns the weight if it differs from the one that was wanted before */
  want(weight: bigint): bigint | undefined {
    if (weight === this.#wanted) return undefined;
    this.#wanted = weight;
    return weight;
  }

  /** A job was sent. @returns whether this changed the weight in force, or brought the pending weight into force */
  grant(settled: bigint, worth: bigint): boolean {
    const { pending } = this;
    const changed = !sameWeight(worth, this.#inForce);
    this.#settled = settled;
    this.#inForce = worth;
    return changed || (pending && !this.pending);
  }
}
