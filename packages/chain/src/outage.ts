import type { NodeStanding } from './node-standing.ts';

export interface OutageModules {
  /** The time of the wall clock; undefined when it is over. */
  readonly onOutage: (sinceMs: number | undefined) => void;
  readonly wallClock: () => number;
}

/** Tells when every node has failed since the last work, and when there is work again. */
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

  /** To be called after a failure. Nobody is given up untried: pauses chosen while another node served are ended. */
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
