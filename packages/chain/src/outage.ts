import type { NodeStanding } from './node-standing.ts';

export interface OutageModules {
  /** `sinceMs` is the time of the wall clock; undefined when the outage is over. */
  readonly onOutage: (sinceMs: number | undefined) => void;
  readonly wallClock: () => number;
}

/** Reports an outage when every node has failed since the last work, and its end when a node gives work again. */
export class Outage {
  readonly #nodes: readonly NodeStanding<{ readonly name: string }>[];
  readonly #modules: OutageModules;
  #servedAt = Number.NEGATIVE_INFINITY;
  #told = false;

  constructor(nodes: readonly NodeStanding<{ readonly name: string }>[], modules: OutageModules) {
    this.#nodes = nodes;
    this.#modules = modules;
  }

  get lasts(): boolean {
    return this.#told;
  }

  served(now: number): void {
    this.#servedAt = now;
    if (!this.#told) return;
    this.#told = false;
    this.#modules.onOutage(undefined);
  }

  /**
   * Call it after each failure. If untried nodes are left and all nodes are paused, it ends the pauses of the untried.
   */
  check(now: number): void {
    if (this.#told) return;
    const untried = this.#nodes.filter(({ failed, failedAt }) => !failed || failedAt < this.#servedAt);
    if (untried.length === 0) {
      this.#told = true;
      this.#modules.onOutage(this.#modules.wallClock());
    } else if (this.#nodes.every(({ restUntil }) => restUntil > now)) {
      for (const node of untried) node.restUntil = now;
    }
  }
}
