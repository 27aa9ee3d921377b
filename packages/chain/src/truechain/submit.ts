import { messageOf } from '@adit/primitives';
import { RpcError } from '../rpc/errors.ts';
import { sleepFor } from '../rpc/sleep.ts';
import { settle } from '../settle.ts';
import type { TrueChainNode } from './node.ts';

export interface TrueChainSolution {
  readonly nonce: bigint;
  readonly headerHash: Uint8Array;
  readonly mixDigest: Uint8Array;
}

/** `taken` and `refused` are the node's true and false. */
export type WorkSubmitAnswer =
  | { readonly kind: 'taken' | 'refused' }
  | { readonly kind: 'error' | 'unreachable'; readonly detail: string };

export interface WorkSubmitOutcome {
  /** At least one node said true. It means "submitted": look for the block or fruit on the chain. */
  readonly accepted: boolean;
  readonly answers: readonly { readonly node: string; readonly answer: WorkSubmitAnswer }[];
}

/**
 * Hands a solution to every node at once. A node knows only the headers that it gave out itself, so `refused`
 * from the others is normal. So it is where a connection broke and the second attempt met the first: without a
 * `taken` the solution may still be on its way, and only the chain tells. A node that says nothing two seconds after
 * another one has taken it is not waited for. Never throws for what a node does.
 */
export async function submitWorkToAll(
  nodes: readonly Pick<TrueChainNode, 'name' | 'submitWork'>[],
  solution: TrueChainSolution,
  modules: { readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void> } = {},
): Promise<WorkSubmitOutcome> {
  const settled = await settle(
    nodes.map((node) => submitTo(node, solution)),
    ({ kind }) => kind === 'taken',
    modules.sleep ?? sleepFor,
  );
  const answers = settled.map((answer, index) => ({
    node: nodes[index]?.name ?? '',
    answer: answer ?? { kind: 'unreachable' as const, detail: 'no answer yet; another node has taken it' },
  }));
  return { accepted: answers.some(({ answer }) => answer.kind === 'taken'), answers };
}

async function submitTo(
  node: Pick<TrueChainNode, 'submitWork'>,
  solution: TrueChainSolution,
): Promise<WorkSubmitAnswer> {
  try {
    const taken = await node.submitWork(solution.nonce, solution.headerHash, solution.mixDigest);
    return { kind: taken ? 'taken' : 'refused' };
  } catch (error) {
    return { kind: error instanceof RpcError ? 'error' : 'unreachable', detail: messageOf(error) };
  }
}
