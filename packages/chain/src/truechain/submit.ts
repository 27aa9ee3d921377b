import { AditError, messageOf } from '@adit/primitives';
import { RpcError, sleepFor } from '@adit/rpc';
import { settle } from '../settle.ts';
import type { TrueChainNode } from './node.ts';

/** A solution for a header, as `etrue_submitWork` takes it. Hashes are 32 bytes. */
export interface TrueChainSolution {
  readonly nonce: bigint;
  readonly headerHash: Uint8Array;
  readonly mixDigest: Uint8Array;
}

/** `taken` and `refused` are the node's true and false. */
export type WorkSubmitAnswer =
  | { readonly kind: 'taken' | 'refused' }
  | { readonly kind: 'error' | 'unreachable'; readonly detail: string };

/** The answers of the nodes to a solution. */
export interface WorkSubmitOutcome {
  /** At least one node said true. It means "submitted": look for the block or fruit on the chain. */
  readonly accepted: boolean;
  /** No node said true, and not all said false: it may be on the chain, or must be handed in again. */
  readonly undecided: boolean;
  readonly answers: readonly { readonly node: string; readonly answer: WorkSubmitAnswer }[];
}

/** A node that takes solutions. */
export type WorkTaker = Pick<TrueChainNode, 'name' | 'submitWork'>;

/** Attempts if the connection breaks: the node may only have closed an idle one. */
const ATTEMPTS = 2;
/**
 * Submissions to one node that may be under way. A client has eight connections, and getWork, the questions for the tip
 * and the follow-up need some of them. A block may use more than a fruit.
 */
const MOST_AT_A_NODE = { fruit: 2, block: 4 } as const;

/**
 * Hands solutions to every node at once, but only a few at a time to each. A node that hangs is skipped until it
 * answers.
 */
export class WorkSubmitter {
  readonly #nodes: readonly WorkTaker[];
  readonly #sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly #underWay = new Map<WorkTaker, number>();

  constructor(modules: {
    readonly nodes: readonly WorkTaker[];
    readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
  }) {
    this.#nodes = modules.nodes;
    this.#sleep = modules.sleep ?? sleepFor;
  }

  /**
   * Hands a solution to every node. `refused` is normal for nodes that did not give out the header. Resolves when every
   * node has answered, or two seconds after the first acceptance. Never rejects because of what a node does.
   */
  async submit(solution: TrueChainSolution, what: 'block' | 'fruit'): Promise<WorkSubmitOutcome> {
    const settled = await settle(
      this.#nodes.map((node) => this.#submitTo(node, solution, MOST_AT_A_NODE[what])),
      ({ kind }) => kind === 'taken',
      this.#sleep,
    );
    const answers = settled.map((answer, index) => ({
      node: this.#nodes[index]?.name ?? '',
      answer: answer ?? {
        kind: 'unreachable' as const,
        detail: 'no answer yet; another node has taken it',
      },
    }));
    const accepted = answers.some(({ answer }) => answer.kind === 'taken');
    const undecided = !accepted && answers.some(({ answer }) => answer.kind !== 'refused');
    return { accepted, undecided, answers };
  }

  async #submitTo(node: WorkTaker, solution: TrueChainSolution, most: number): Promise<WorkSubmitAnswer> {
    const underWay = this.#underWay.get(node) ?? 0;
    if (underWay >= most)
      return { kind: 'unreachable', detail: `it has not answered ${underWay} before this` };
    this.#underWay.set(node, underWay + 1);
    try {
      return await attempt(node, solution);
    } finally {
      this.#underWay.set(node, (this.#underWay.get(node) ?? 1) - 1);
    }
  }
}

async function attempt(node: WorkTaker, solution: TrueChainSolution): Promise<WorkSubmitAnswer> {
  for (let attempts = 1; ; attempts += 1) {
    try {
      const taken = await node.submitWork(solution.nonce, solution.headerHash, solution.mixDigest);
      if (taken) return { kind: 'taken' };
      // The broken attempt may have arrived. The node then refuses this one as the second of its kind.
      return attempts === 1
        ? { kind: 'refused' }
        : { kind: 'unreachable', detail: 'refused, after an attempt that broke' };
    } catch (error) {
      if (error instanceof RpcError) return { kind: 'error', detail: messageOf(error) };
      const broken = error instanceof AditError && error.code === 'ADIT_RPC_UNREACHABLE';
      if (!broken || attempts >= ATTEMPTS) return { kind: 'unreachable', detail: messageOf(error) };
    }
  }
}
