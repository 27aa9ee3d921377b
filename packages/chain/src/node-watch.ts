import { AditError } from '@adit/primitives';

export interface NodeWatchOptions {
  /** Pause between two questions to a node. */
  readonly watchMs: number;
  /** A node that takes longer counts as silent. Whether it is replaced depends on the other nodes. */
  readonly answerMs: number;
}

export interface Tip {
  readonly height: number;
  readonly hash: string;
}

/** Nodes that have another block at one height. */
export interface Disagreement {
  readonly height: number;
  readonly tips: readonly { readonly node: string; readonly hash: string }[];
}

export interface LookLimits {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

export interface NodeWatchModules<N extends { readonly name: string }> {
  readonly nodes: readonly N[];
  /** Resolves to undefined if the node answered, but its tip is moving or the node does not tell it. */
  readonly tipOf: (node: N, limits: LookLimits) => Promise<Tip | undefined>;
  /** `back`: the node had not answered the question before. */
  readonly onAnswer: (node: N, tip: Tip | undefined, back: boolean) => void;
  /** `others`: another node did answer in the same time. */
  readonly onSilent: (node: N, error: unknown, others: boolean) => void;
  /** Nodes name different blocks at one height, for longer than a block takes to reach all of them. */
  readonly onDisagreement: (disagreement: Disagreement) => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

interface Watched<N> {
  readonly node: N;
  /** The last blocks that it named, by height. Nodes are compared at the heights that both have named. */
  readonly seen: Map<number, string>;
  tip: Tip | undefined;
  latencyMs: number | undefined;
  answers: boolean;
  answeredAt: number;
}

/** Nodes hear of a block within a second or two. A race between two blocks takes longer to be decided. */
const DISAGREEMENT_MS = 3_000;
/** Weight of the newest answer in the mean: one slow answer does not make a slow node. */
const SMOOTHING = 0.2;
/** Blocks remembered for each node. A fork is reported long before it is deeper than this. */
const MAX_SEEN = 16;
/** Timers may fire a little early: this part of the limit counts as the whole. */
const NEARLY = 0.9;

/**
 * Asks every node for its tip (a look), several times a second. A quiet long poll cannot tell a node that has nothing
 * new from one that hangs. At most one question to each node is under way.
 */
export class NodeWatch<N extends { readonly name: string }> {
  readonly #options: NodeWatchOptions;
  readonly #modules: NodeWatchModules<N>;
  readonly #watched: readonly Watched<N>[];
  #differentSince: number | undefined;
  #told = '';

  constructor(options: NodeWatchOptions, modules: NodeWatchModules<N>) {
    this.#options = options;
    this.#modules = modules;
    this.#watched = modules.nodes.map((node) => ({
      node,
      seen: new Map(),
      tip: undefined,
      latencyMs: undefined,
      answers: false,
      answeredAt: Number.NEGATIVE_INFINITY,
    }));
  }

  /** Smoothed time that its answers take; undefined while the node does not answer. */
  latencyOf(node: N): number | undefined {
    return this.#of(node)?.latencyMs;
  }

  tipOf(node: N): Tip | undefined {
    return this.#of(node)?.tip;
  }

  /** Whether it answered the last question. */
  answers(node: N): boolean {
    return this.#of(node)?.answers ?? false;
  }

  /**
   * Asks until the signal is aborted, and then resolves.
   * @param onFirst called once, when every node has answered or has proved silent for the first time
   */
  async run(signal: AbortSignal, onFirst: () => void = () => {}): Promise<void> {
    let left = this.#watched.length;
    const looked = (): void => {
      left -= 1;
      if (left === 0) onFirst();
    };
    await Promise.all(this.#watched.map((one) => this.#watch(one, signal, looked)));
  }

  async #watch(one: Watched<N>, signal: AbortSignal, looked: () => void): Promise<void> {
    await this.#look(one, signal);
    looked();
    while (!signal.aborted) {
      try {
        await this.#modules.sleep(this.#options.watchMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await this.#look(one, signal);
    }
  }

  async #look(one: Watched<N>, signal: AbortSignal): Promise<void> {
    const { now, onAnswer, onSilent } = this.#modules;
    const { watchMs, answerMs } = this.#options;
    const start = now();
    const late = (): boolean => now() - start >= NEARLY * answerMs;
    try {
      const tip = await this.#ask(one.node, signal, late);
      if (signal.aborted) return;
      const took = now() - start;
      one.latencyMs = one.latencyMs === undefined ? took : one.latencyMs + SMOOTHING * (took - one.latencyMs);
      const back = !one.answers;
      one.answers = true;
      one.answeredAt = now();
      this.#note(one, tip);
      onAnswer(one.node, tip, back);
      this.#compare();
    } catch (error) {
      if (signal.aborted) return;
      one.answers = false;
      one.latencyMs = undefined;
      one.tip = undefined;
      one.seen.clear();
      // A new block keeps all nodes busy at once. Only a node that answered a later question is better than this one.
      const since = late() ? start : now() - 2 * watchMs;
      const others = this.#watched.some((other) => other.answers && other.answeredAt >= since);
      onSilent(one.node, error, others);
    }
  }

  /** A connection that breaks at once is tried again: the node may only have closed an idle connection. */
  async #ask(node: N, signal: AbortSignal, late: () => boolean): Promise<Tip | undefined> {
    const { tipOf } = this.#modules;
    const limits = { signal, timeoutMs: this.#options.answerMs };
    try {
      return await tipOf(node, limits);
    } catch (error) {
      const broken = error instanceof AditError && error.code === 'ADIT_RPC_UNREACHABLE';
      if (signal.aborted || late() || !broken) throw error;
      return await tipOf(node, limits);
    }
  }

  #note(one: Watched<N>, tip: Tip | undefined): void {
    if (tip === undefined) return;
    one.tip = tip;
    const { seen } = one;
    for (const height of seen.keys()) if (height >= tip.height) seen.delete(height);
    seen.set(tip.height, tip.hash);
    for (const lowest of seen.keys()) {
      if (seen.size <= MAX_SEEN) break;
      seen.delete(lowest);
    }
  }

  #compare(): void {
    const height = this.#highestFork();
    if (height === undefined) {
      this.#differentSince = undefined;
      return;
    }
    const now = this.#modules.now();
    this.#differentSince ??= now;
    if (now - this.#differentSince < DISAGREEMENT_MS) return;
    const tips = this.#watched.flatMap(({ node, seen }) => {
      const hash = seen.get(height);
      return hash === undefined ? [] : [{ node: node.name, hash }];
    });
    const key = [...new Set(tips.map(({ hash }) => hash))].sort().join(' ');
    if (key === this.#told) return;
    this.#told = key;
    this.#modules.onDisagreement({ height, tips });
  }

  /** The highest height that two nodes have both named with different blocks. */
  #highestFork(): number | undefined {
    let fork: number | undefined;
    for (const [index, one] of this.#watched.entries()) {
      for (const other of this.#watched.slice(index + 1)) {
        const common = [...one.seen.keys()].filter((height) => other.seen.has(height)).at(-1);
        if (common === undefined || one.seen.get(common) === other.seen.get(common)) continue;
        fork = Math.max(fork ?? common, common);
      }
    }
    return fork;
  }

  #of(node: N): Watched<N> | undefined {
    return this.#watched.find((one) => one.node === node);
  }
}
