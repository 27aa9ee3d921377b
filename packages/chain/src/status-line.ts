import type { NodeStatus } from './status.ts';

export interface StatusLineModules {
  readonly onStatus: (status: NodeStatus) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** A latency alone is told no more often. */
const LATENCY_EVERY_MS = 10_000;

/** What is said of one node: each thing once, and how quick it is now and then. */
export class StatusLine {
  readonly #node: string;
  readonly #modules: StatusLineModules;
  #key = '';
  #last: NodeStatus | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(node: string, modules: StatusLineModules) {
    this.#node = node;
    this.#modules = modules;
  }

  say(status: Omit<NodeStatus, 'node'>): void {
    const { state, detail, height, latencyMs } = status;
    // A node that is down says so in other words each time.
    const key = `${state}|${height ?? ''}|${state === 'down' ? '' : detail}`;
    if (key === this.#key) {
      if (latencyMs !== undefined) this.latency(latencyMs);
      return;
    }
    this.#key = key;
    this.#tell({ node: this.#node, ...status });
  }

  /** @param latencyMs smoothed */
  latency(latencyMs: number): void {
    if (this.#last === undefined || this.#last.state === 'down') return;
    if (this.#modules.now() - this.#saidAt < LATENCY_EVERY_MS) return;
    this.#tell({ ...this.#last, latencyMs });
  }

  #tell(status: NodeStatus): void {
    this.#last = status;
    this.#saidAt = this.#modules.now();
    this.#modules.onStatus(status);
  }
}
