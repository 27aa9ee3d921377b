import { AditError } from '@adit/primitives';
import type { JsonRpcClient } from '@adit/rpc';

/** A node of TrueChain that is asked about payments: a client that keeps integers whole. */
export type TrueNode = Pick<JsonRpcClient, 'name' | 'call' | 'batch'>;

/** Nodes that must say the same: as many as there are, up to two. */
const AGREEING = 2;

/** @throws AditError `ADIT_BAD_OPTION` without a node */
export function neededNodes(nodes: readonly TrueNode[]): number {
  if (nodes.length === 0) throw new AditError('ADIT_BAD_OPTION', 'payments need at least one node');
  return Math.min(AGREEING, nodes.length);
}

/** Undefined where a node did not answer, or with something that cannot be read: that says nothing. */
export async function quiet<T>(question: () => Promise<T>): Promise<T | undefined> {
  try {
    return await question();
  } catch (error) {
    if (error instanceof AditError) return undefined;
    throw error;
  }
}

/** Asks all nodes at once; those that do not answer are left out. */
export async function askAll<T>(
  nodes: readonly TrueNode[],
  question: (node: TrueNode) => Promise<T>,
): Promise<readonly T[]> {
  const answers = await Promise.all(nodes.map((node) => quiet(() => question(node))));
  return answers.filter((answer) => answer !== undefined);
}
