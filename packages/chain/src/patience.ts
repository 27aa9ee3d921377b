import { AditError } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';

/** The clock of a {@link Patience}; by default that of the machine. */
export interface PatienceModules {
  /** Milliseconds that only grow. */
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** How long a node may still take once another one has answered. */
const USUAL_MS = 2_000;
/** The limit for a node that did not answer at all the last time: enough for one that is well again. */
const SHORT_MS = 500;
/** Upper bound of a node's limit: a call ends by itself after this time. */
const LONGEST_MS = 10_000;
/** Errors after which the node is not asked again in the same look: the next question would hardly fare better. */
const SILENCE: ReadonlySet<string> = new Set(['ADIT_RPC_TIMEOUT', 'ADIT_RPC_UNREACHABLE']);

/**
 * Limits the wait for each of several nodes, when all are asked many questions in one look. A node that hangs delays
 * the others' answers once, by two seconds, and not by its whole time-out at each question. If no node answers, there
 * is nothing better to wait for. A slow node may take twice the time that it took the last time.
 */
export class Patience<Node extends object> {
  readonly #now: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Limit of each node in milliseconds, learnt from its last answer. */
  readonly #allowance = new Map<Node, number>();
  /** Nodes that are not asked again in this look. */
  readonly #silent = new Set<Node>();

  constructor(modules: PatienceModules = {}) {
    this.#now = modules.now ?? (() => performance.now());
    this.#sleep = modules.sleep ?? sleepFor;
  }

  /** Begins a new look, in which every node is asked again. */
  begin(): void {
    this.#silent.clear();
  }

  /** @returns the answers in the order of the nodes; undefined for a node that gave none in time */
  async ask<A>(
    nodes: readonly Node[],
    question: (node: Node) => Promise<A>,
  ): Promise<readonly (A | undefined)[]> {
    const answers: (A | undefined)[] = nodes.map(() => undefined);
    /** Indexes of the nodes that have not answered yet. */
    const waiting = new Set<number>();
    const first = Promise.withResolvers<void>();
    const asked = nodes.map(async (node, index) => {
      if (this.#silent.has(node)) return;
      waiting.add(index);
      const answer = await this.#ask(node, question);
      // The limit of this node has passed, and its answer is left out.
      if (!waiting.delete(index) || answer === undefined) return;
      answers[index] = answer.value;
      first.resolve();
    });
    const all = Promise.all(asked);
    await Promise.race([all, first.promise]);
    const timer = new AbortController();
    const limits = [...waiting].map(async (index) => {
      const node = nodes[index];
      if (node === undefined) return;
      await this.#sleep(this.#allowance.get(node) ?? USUAL_MS, timer.signal).catch(() => {});
      if (timer.signal.aborted || !waiting.delete(index)) return;
      this.#silent.add(node);
      this.#allowance.set(node, SHORT_MS);
    });
    await Promise.race([all, Promise.all(limits)]);
    timer.abort();
    return [...answers];
  }

  /** Never rejects: resolves to undefined without an answer. Also a late answer sets the limit of the next question. */
  async #ask<A>(node: Node, question: (node: Node) => Promise<A>): Promise<{ value: A } | undefined> {
    const since = this.#now();
    try {
      const value = await question(node);
      const wanted = 2 * (this.#now() - since);
      this.#allowance.set(node, Math.min(Math.max(wanted, USUAL_MS), LONGEST_MS));
      return { value };
    } catch (error) {
      if (error instanceof AditError && SILENCE.has(error.code)) {
        this.#silent.add(node);
        this.#allowance.set(node, SHORT_MS);
      }
      return undefined;
    }
  }
}
