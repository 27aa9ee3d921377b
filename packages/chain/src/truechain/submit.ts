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

/** What the nodes said to a solution. */
export interface WorkSubmitOutcome {
  /** At least one node said true. It means "submitted": look for the block or fruit on the chain. */
  readonly accepted: boolean;
  /** No node said true, and not all said false: it may be there, or is to be handed in again. */
  readonly undecided: boolean;
  readonly answers: readonly { readonly node: string; readonly answer: WorkSubmitAnswer }[];
}

/** What takes solutions. */
export type WorkTaker = Pick<TrueChainNode, 'name' | 'submitWork'>;

/** Second attempts of a connection that broke: the node may only have closed one that was kept. */
const ATTEMPTS = 2;
/**
 * Submissions to one node that may be under way: an eighth connection is all that a client has, and getWork, the
 * looks at the tip and the follow-up need theirs. A block finds room where fruits do not.
 */
const MOST_AT_A_NODE = { fruit: 2, block: 4 } as const;

/**
 * Hands solutions to every node at once, and to no node too many: one that hangs collects a few and is then passed
 * over until it answers.
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
   * A node knows only the headers that it gave out itself, so `refused` from the others is normal. A node that says
   * nothing two seconds after another one has taken the solution is not waited for. Never throws for what a node does.
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
      // The attempt that broke may have brought it there, and then this one is the second of its kind.
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
