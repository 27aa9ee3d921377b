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

  say(status: Omit<NodeStatus, 'node'>): void {
    const { state, height, latencyMs } = status;
    const detail = aboutIt(status.detail, this.#node);
    const key = keyOf(state, detail, height);
    const next = { node: this.#node, ...status, detail };
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
    const newsKey = newsKeyOf(state, detail);
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

function keyOf(state: NodeStatus['state'], detail: string, height: number | undefined): string {
  if (state === 'down') return `down|${causeOf(detail)}`;
  // The height of a node that cannot be believed is no news.
  return state === 'ready' || state === 'syncing'
    ? `${state}|${height ?? ''}|${detail}`
    : `${state}|${detail}`;
}

/** Whoever hears this is told beside it which node is meant: errors name it too. */
function aboutIt(detail: string, node: string): string {
  if (detail.startsWith(`${node} `)) return `it ${detail.slice(node.length + 1)}`;
  return detail.replace(`: ${node} `, ': it ');
}

/** A node that serves or catches up tells new figures with every block; in the words of a fault they are part of the cause. */
function newsKeyOf(state: NodeStatus['state'], detail: string): string {
  if (state === 'down') return `down|${causeOf(detail)}`;
  return state === 'ready' || state === 'syncing'
    ? `${state}|${withoutFigures(detail)}`
    : `${state}|${detail}`;
}

/** A node that is down says so in other words each time: who asked, and how long he waited, make no other cause. */
function causeOf(detail: string): string {
  return withoutFigures(detail.replace(/^it does not answer: /, ''));
}

function withoutFigures(text: string): string {
  return text.replace(/\d+/g, '#');
}
