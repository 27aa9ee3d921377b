import { AditError, messageOf } from '@adit/primitives';
import { NodeError, RpcError } from '@adit/rpc';

/** Causes that the work sources find themselves. `causeOf` gives the causes of errors. */
export const NODE_CAUSES = [
  /** It serves. */
  'serves',
  /** It serves, and its work is used with a restriction that `detail` names. */
  'restricted',
  /** It gives work again that it had replaced. */
  'repeats',
  /** It is in reserve. */
  'reserve',
  /** Its chain is behind that of another node, or of the work in hand. */
  'behind',
  /** It has no work yet. */
  'no_work',
  /** It answers, but takes too long to give work. */
  'slow',
  /** TrueChain: its fast chain does not grow. */
  'stands_still',
  /** TrueChain: its pool of fruits stays empty. */
  'loses_fruits',
  /** Its work leads back to older blocks, or contradicts itself. */
  'contradiction',
  /** It refuses its own template. */
  'refuses_own_work',
] as const;

/** The code of an error, followed by a colon and the code of the system or the node if there is one. */
export type NodeCause = (typeof NODE_CAUSES)[number] | `ADIT_${string}`;

/** Whether the work of a node can be mined, and if not, why. */
export type NodeState = 'ready' | 'syncing' | 'down' | 'lying' | 'wrong_network';

/** What is right or wrong with a node. */
export interface NodeFinding {
  /**
   * `lying`: it answers, but what it says contradicts itself or the work already handed out. `wrong_network`: what it
   * says is right for another network than the one that is configured.
   */
  readonly state: NodeState;
  /** For programs; `detail` is for people. */
  readonly cause: NodeCause;
  /** One sentence for a person. */
  readonly detail: string;
}

/** What the pool's log and view show of one node. */
export interface NodeStatus extends NodeFinding {
  /** The node's name, `host:port` unless configured. */
  readonly node: string;
  readonly height?: number;
  readonly latencyMs?: number;
  /** Blocks behind the work in hand (TrueChain: behind the highest node); 0 if it is not behind; absent if unknown. */
  readonly lag?: number;
}

/** The cause that an error stands for, such as `ADIT_RPC_UNREACHABLE:ECONNREFUSED` or `ADIT_RPC_ERROR:-28`. */
export function causeOf(error: unknown): NodeCause {
  if (!(error instanceof AditError)) return 'ADIT_INTERNAL';
  const code = `ADIT_${error.code.replace(/^ADIT_/, '')}` as const;
  if (error instanceof RpcError) return `${code}:${error.rpcCode}`;
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? `${code}:${String(cause.code)}` : code;
}

/** The text of an error for a status. The status names the node already, so "it" replaces the name. */
export function detailOf(error: unknown): string {
  return error instanceof NodeError ? `it ${error.said}` : messageOf(error);
}
