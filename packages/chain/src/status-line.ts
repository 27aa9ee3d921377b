import type { NodeStatus } from './status.ts';

export interface StatusLineModules {
  readonly onStatus: (status: NodeStatus) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** A latency alone is told no more often. */
const LATENCY_EVERY_MS = 10_000;
/** Another cause of the same trouble, or how far a node that catches up has come, is told no more often. */
const CAUSE_EVERY_MS = 5_000;

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
    const key = keyOf(state, detail, height);
    const next = { node: this.#node, ...status };
    if (key === this.#key) {
      // The lag of a node in reserve comes and goes with each block: it is told with the next figure.
      if (this.#last?.state === state) this.#last = { ...this.#last, ...next, detail: this.#last.detail };
      if (latencyMs !== undefined) this.latency(latencyMs);
      return;
    }
    const lasts = (state === 'down' || state === 'syncing') && state === this.#last?.state;
    // What is news is said again soon enough: the looks go on.
    if (lasts && this.#modules.now() - this.#saidAt < CAUSE_EVERY_MS) return;
    this.#key = key;
    this.#tell(next);
  }

  /** @param latencyMs smoothed */
  latency(latencyMs: number): void {
    // Of a node in trouble nobody wants to know how quick it is.
    if (this.#last?.state !== 'ready') return;
    if (this.#modules.now() - this.#saidAt < LATENCY_EVERY_MS) return;
    this.#tell({ ...this.#last, latencyMs });
  }

  #tell(status: NodeStatus): void {
    this.#last = status;
    this.#saidAt = this.#modules.now();
    this.#modules.onStatus(status);
  }
}

function keyOf(state: NodeStatus['state'], detail: string, height: number | undefined): string {
  if (state === 'down') return `down|${causeOf(detail)}`;
  // The height of a node that cannot be believed is no news.
  return state === 'ready' || state === 'syncing'
    ? `${state}|${height ?? ''}|${detail}`
    : `${state}|${detail}`;
}

/** A node that is down says so in other words each time: who asked, and how long he waited, make no other cause. */
function causeOf(detail: string): string {
  return detail.replace(/^it does not answer: /, '').replace(/\d+/g, '#');
}
