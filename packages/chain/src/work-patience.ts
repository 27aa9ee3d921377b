/** Each work that was given up unfinished doubles the patience with the next node, up to 32 times. */
const MAX_DOUBLINGS = 5;

/**
 * How long a node's work is waited for while others answer. Where all of them are slow (a first shielded template
 * takes each of them 17 s), going from one to the next must not keep them all from ever finishing.
 */
export class WorkPatience {
  #doublings = 0;

  /** @param base for the first node since the last work */
  of(base: number): number {
    return base * 2 ** this.#doublings;
  }

  /** A node's work was not waited for any longer. */
  lose(): void {
    this.#doublings = Math.min(this.#doublings + 1, MAX_DOUBLINGS);
  }

  /** There is work. */
  restore(): void {
    this.#doublings = 0;
  }
}
