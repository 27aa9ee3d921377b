/** Each work given up unfinished doubles the wait for the next node, up to 32 times. */
const MAX_DOUBLINGS = 5;

/**
 * How long to wait for a node's work while others answer. If all nodes are slow (each takes 17 s for a first shielded
 * template), changing between them must not keep all of them from finishing.
 */
export class WorkPatience {
  #doublings = 0;

  /** @param base the wait for the first node since the last work */
  of(base: number): number {
    return base * 2 ** this.#doublings;
  }

  /** Notes that a node's work was given up. */
  lose(): void {
    this.#doublings = Math.min(this.#doublings + 1, MAX_DOUBLINGS);
  }

  /** Notes that a node gave work. */
  restore(): void {
    this.#doublings = 0;
  }
}
