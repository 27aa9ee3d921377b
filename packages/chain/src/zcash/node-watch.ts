import { messageOf } from '@adit/primitives';
import type { TemplateNode } from './work-source.ts';

export interface NodeWatchOptions {
  /** Between two looks at a node. */
  readonly watchMs: number;
  /** A node that takes longer is not there, as long as another one is. */
  readonly answerMs: number;
}

export interface Tip {
  readonly height: number;
  readonly hash: string;
}

export interface Disagreement {
  readonly height: number;
  readonly tips: readonly { readonly node: string; readonly hash: string }[];
}

export interface NodeWatchModules {
  readonly nodes: readonly TemplateNode[];
  /** This node did not answer, while another one does. */
  readonly onSilent: (node: TemplateNode, detail: string) => void;
  /** Nodes name different blocks at one height, for longer than blocks take to travel. */
  readonly onDisagreement: (disagreement: Disagreement) => void;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

interface Watched {
  readonly node: TemplateNode;
  tip: Tip | undefined;
  latencyMs: number | undefined;
}

/** Two nodes hear of a block within a second or two; a race between two blocks takes longer to be decided. */
const DISAGREEMENT_MS = 3_000;
/** The newest of some answers: one slow one does not make a slow node. */
const SMOOTHING = 0.2;

/**
 * Asks every node for its tip, several times a second: a long poll that is quiet does not tell a node that has
 * nothing new from one that hangs.
 */
export class NodeWatch {
  readonly #options: NodeWatchOptions;
  readonly #modules: NodeWatchModules;
  readonly #watched: readonly Watched[];
  #differentSince: number | undefined;
  #told = '';

  constructor(options: NodeWatchOptions, modules: NodeWatchModules) {
    this.#options = options;
    this.#modules = modules;
    this.#watched = modules.nodes.map((node) => ({ node, tip: undefined, latencyMs: undefined }));
  }

  /** Smoothed time of an answer; undefined while the node does not answer. */
  latencyOf(node: TemplateNode): number | undefined {
    return this.#watched.find((one) => one.node === node)?.latencyMs;
  }

  /** Resolves when the signal is given. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#watched.map((one) => this.#watch(one, signal)));
  }

  async #watch(one: Watched, signal: AbortSignal): Promise<void> {
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

  async #look(one: Watched, signal: AbortSignal): Promise<void> {
    const { now, onSilent } = this.#modules;
    const start = now();
    const limits = { signal, timeoutMs: this.#options.answerMs };
    try {
      const height = await one.node.getBlockCount(limits);
      const hash = await one.node.getBestBlockHash(limits);
      const took = now() - start;
      one.latencyMs = one.latencyMs === undefined ? took : one.latencyMs + SMOOTHING * (took - one.latencyMs);
      one.tip = { height, hash };
      this.#compare();
    } catch (error) {
      if (signal.aborted) return;
      one.tip = undefined;
      one.latencyMs = undefined;
      // The only one that is left may be slow: it is busy with a block, and nobody could do better.
      if (this.#watched.some(({ tip }) => tip !== undefined)) onSilent(one.node, messageOf(error));
    }
  }

  #compare(): void {
    const tips = this.#watched.flatMap(({ node, tip }) =>
      tip === undefined ? [] : [{ node: node.name, ...tip }],
    );
    const height = Math.max(...tips.map((tip) => tip.height));
    const top = tips.filter((tip) => tip.height === height && tip.hash !== '');
    if (new Set(top.map(({ hash }) => hash)).size < 2) {
      this.#differentSince = undefined;
      return;
    }
    const now = this.#modules.now();
    this.#differentSince ??= now;
    const key = top.map(({ node, hash }) => `${node} ${hash}`).join(' ');
    if (now - this.#differentSince < DISAGREEMENT_MS || key === this.#told) return;
    this.#told = key;
    this.#modules.onDisagreement({ height, tips: top.map(({ node, hash }) => ({ node, hash })) });
  }
}
