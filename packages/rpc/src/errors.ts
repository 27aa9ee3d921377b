import { AditError, type AditErrorCode } from '@adit/primitives';

/** An error whose message begins with the name of the node that it is about. */
export class NodeError extends AditError {
  readonly node: string;
  /** The message without the name. */
  readonly said: string;

  constructor(code: AditErrorCode, node: string, said: string, options?: ErrorOptions) {
    super(code, `${node} ${said}`, options);
    this.node = node;
    this.said = said;
  }
}

/** The node understood the call and refused it. */
export class RpcError extends NodeError {
  /** The node's own code, such as -10 (not synced) or -32601 (no such method). */
  readonly rpcCode: number;
  readonly rpcMessage: string;
  readonly data: unknown;

  constructor(node: string, method: string, rpcCode: number, rpcMessage: string, data?: unknown) {
    super('ADIT_RPC_ERROR', node, `refused ${method}: ${rpcMessage} (code ${rpcCode})`);
    this.name = 'RpcError';
    this.rpcCode = rpcCode;
    this.rpcMessage = rpcMessage;
    this.data = data;
  }
}

/**
 * What can go wrong on the way to a node and back. `ADIT_RPC_UNREACHABLE`: no connection, or it broke
 * before the answer was whole. `ADIT_RPC_ABORTED`: the caller's own signal.
 */
export type TransportCode =
  | 'ADIT_RPC_TIMEOUT'
  | 'ADIT_RPC_UNREACHABLE'
  | 'ADIT_RPC_BAD_ANSWER'
  | 'ADIT_RPC_UNAUTHORIZED'
  | 'ADIT_RPC_ABORTED';

/** An error of the way to a node and back, not of the node itself. */
export function transportError(code: TransportCode, message: string, cause?: unknown): AditError {
  return new AditError(code, message, cause === undefined ? undefined : { cause });
}

/** The same where the message is about a node. @param said what follows its name */
export function nodeError(code: TransportCode, node: string, said: string, cause?: unknown): NodeError {
  return new NodeError(code, node, said, cause === undefined ? undefined : { cause });
}
