import type { NodeStatus } from './status.ts';

export interface StatusLineModules {
  /** @param news something else than heights, lags and latencies has changed: what a log tells */
  readonly onStatus: (status: NodeStatus, news: boolean) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** A latency alone is told no more often. */
const LATENCY_EVERY_MS = 10_000;
/** Another cause of the same trouble, or how far a node that catches up has come, is told no more often. */
const CAUSE_EVERY_MS = 5_000;

type Said = Omit<NodeStatus, 'node'>;

/** What is said of one node: each thing once, and how quick it is now and then. */
export class StatusLine {
  readonly #node: string;
  readonly #modules: StatusLineModules;
  #key = '';
  #newsKey = '';
  #last: NodeStatus | undefined;
  #saidAt = Number.NEGATIVE_INFINITY;

  constructor(node: string, modules: StatusLineModules) {
    this.#node = node;
    this.#modules = modules;
  }

  say(status: Said): void {
    const { state, latencyMs } = status;
    const key = keyOf(status);
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
    const newsKey = newsKeyOf(status);
    this.#tell(next, newsKey !== this.#newsKey);
    this.#newsKey = newsKey;
  }

  /** @param latencyMs smoothed */
  latency(latencyMs: number): void {
    // Of a node in trouble nobody wants to know how quick it is.
    if (this.#last?.state !== 'ready') return;
    if (this.#modules.now() - this.#saidAt < LATENCY_EVERY_MS) return;
    this.#tell({ ...this.#last, latencyMs }, false);
  }

  #tell(status: NodeStatus, news: boolean): void {
    this.#last = status;
    this.#saidAt = this.#modules.now();
    this.#modules.onStatus(status, news);
  }
}

/** The height of a node that cannot be believed is no change. */
function keyOf({ state, cause, detail, height = -1, lag = -1 }: Said): string {
  if (state === 'ready') return `ready ${cause} ${height}`;
  return state === 'syncing' ? `syncing ${cause} ${height} ${lag}` : newsKeyOf({ state, cause, detail });
}

/** The words of a fault are part of it: another field, another number. */
function newsKeyOf({ state, cause, detail }: Said): string {
  return state === 'lying' || state === 'wrong_network' ? `${state} ${detail}` : `${state} ${cause}`;
}
