import { AditError } from '@adit/primitives';
import { sleepFor } from '@adit/rpc';

/** The clock of a {@link Patience}; the machine's where left out. */
export interface PatienceModules {
  /** Milliseconds that only grow. */
  readonly now?: () => number;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What a node is waited for once another one has answered. */
const USUAL_MS = 2_000;
/** And one that answered nothing at all the last time: enough for one that is well again. */
const SHORT_MS = 500;
/** A call ends by itself after so long. */
const LONGEST_MS = 10_000;
/** Answers that say nothing about the question: the node will hardly do better in the same look. */
const SILENCE: ReadonlySet<string> = new Set(['ADIT_RPC_TIMEOUT', 'ADIT_RPC_UNREACHABLE']);

/**
 * How long each of several nodes is waited for, when all are asked about many things in one look. A node that hangs
 * holds the others' word up once, for two seconds, not for its whole time-out at each question; where nobody answers
 * there is nothing else to wait for. A node that is slow is given twice the time that it took the last time.
 */
export class Patience<Node extends object> {
  readonly #now: () => number;
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds that each node has; those of the configuration. */
  readonly #allowance = new Map<Node, number>();
  /** Nodes that are not asked any more in this look. */
  readonly #silent = new Set<Node>();

  constructor(modules: PatienceModules = {}) {
    this.#now = modules.now ?? (() => performance.now());
    this.#sleep = modules.sleep ?? sleepFor;
  }

  /** A new look begins: every node is asked again. */
  begin(): void {
    this.#silent.clear();
  }

  /** @returns the answers of those that gave one in time, in the order of the nodes; undefined for the others */
  async ask<A>(
    nodes: readonly Node[],
    question: (node: Node) => Promise<A>,
  ): Promise<readonly (A | undefined)[]> {
    const answers: (A | undefined)[] = nodes.map(() => undefined);
    /** By their places. */
    const waiting = new Set<number>();
    const first = Promise.withResolvers<void>();
    const asked = nodes.map(async (node, index) => {
      if (this.#silent.has(node)) return;
      waiting.add(index);
      const answer = await this.#ask(node, question);
      // It came too late, and has been left out.
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

  /** Never rejects: undefined for no answer. An answer that comes late says how long the next one may take. */
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
