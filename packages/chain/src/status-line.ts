import type { NodeStatus } from './status.ts';

export interface StatusLineModules {
  /** @param news true if more than height, lag or latency has changed: only then is it worth a line in the log */
  readonly onStatus: (status: NodeStatus, news: boolean) => void;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

/** A change of the latency alone is reported at most once in this time. */
const LATENCY_EVERY_MS = 10_000;
/** While the trouble lasts, another cause of it, or the progress of a node that catches up, is reported this often. */
const CAUSE_EVERY_MS = 5_000;

type Said = Omit<NodeStatus, 'node'>;

/** Reports the status of one node: each change once, and its latency every ten seconds. */
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
      // The lag of a node in reserve changes with each block, so it is reported with the next latency only.
      if (this.#last?.state === state) this.#last = { ...this.#last, ...next, detail: this.#last.detail };
      if (latencyMs !== undefined) this.latency(latencyMs);
      return;
    }
    const lasts = (state === 'down' || state === 'syncing') && state === this.#last?.state;
    // A new cause is not lost: the next question brings it up again.
    if (lasts && this.#modules.now() - this.#saidAt < CAUSE_EVERY_MS) return;
    this.#key = key;
    const newsKey = newsKeyOf(status);
    this.#tell(next, newsKey !== this.#newsKey);
    this.#newsKey = newsKey;
  }

  /** @param latencyMs smoothed */
  latency(latencyMs: number): void {
    // The latency of a node in trouble interests nobody.
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

/** Height and lag count only where the state can be believed. */
function keyOf({ state, cause, detail, height = -1, lag = -1 }: Said): string {
  if (state === 'ready') return `ready ${cause} ${height}`;
  return state === 'syncing' ? `syncing ${cause} ${height} ${lag}` : newsKeyOf({ state, cause, detail });
}

/** The text of a fault is part of the key: another field or another number is another fault. */
function newsKeyOf({ state, cause, detail }: Said): string {
  return state === 'lying' || state === 'wrong_network' ? `${state} ${detail}` : `${state} ${cause}`;
}
