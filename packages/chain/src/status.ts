import { AditError, messageOf } from '@adit/primitives';
import { NodeError, RpcError } from '@adit/rpc';

/** Causes that the work sources find themselves. Errors have the causes of `causeOf`. */
export const NODE_CAUSES = [
  /** It serves. */
  'serves',
  /** It serves, and its work is used with a restriction that `detail` names. */
  'restricted',
  /** It gives work again that it had replaced. */
  'repeats',
  /** It waits in reserve. */
  'reserve',
  /** Its chain is behind that of another node, or of the work in hand. */
  'behind',
  /** It has no work yet. */
  'no_work',
  /** It answers, and takes too long for its work. */
  'slow',
  /** TrueChain: its fast chain stands still. */
  'stands_still',
  /** TrueChain: its pool of fruits stays empty. */
  'loses_fruits',
  /** Its work leads back, or contradicts itself. */
  'contradiction',
  /** It refuses its own template. */
  'refuses_own_work',
] as const;

/** An error's code, with the system's or the node's own code behind a colon where there is one. */
export type NodeCause = (typeof NODE_CAUSES)[number] | `ADIT_${string}`;

/** How it stands with a node: whether its work can be mined, and if not, why. */
export type NodeState = 'ready' | 'syncing' | 'down' | 'lying' | 'wrong_network';

/** What is wrong with a node, or right. */
export interface NodeFinding {
  /**
   * `lying`: it answers, but what it says contradicts itself or the work already handed out. `wrong_network`: what it
   * says is right for another network than the one that is configured.
   */
  readonly state: NodeState;
  /** For programs. */
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
  /** Blocks that it is behind the work in hand (TrueChain: behind the highest node); 0 where it is not. Left out where it cannot be told. */
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

/** The words of an error for a status, which stands beside the name of the node: an error that names it says "it". */
export function detailOf(error: unknown): string {
  return error instanceof NodeError ? `it ${error.said}` : messageOf(error);
}
