import { AditError, type AditErrorCode } from '@adit/primitives';

/** An error whose message begins with the name of its node. */
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

/** The node understood a call and refused it. */
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
 * Codes of errors on the way to a node and back. `ADIT_RPC_UNREACHABLE`: there was no connection, or it broke before
 * the answer was complete. `ADIT_RPC_ABORTED`: the caller's own signal cancelled the call.
 */
export type TransportCode =
  | 'ADIT_RPC_TIMEOUT'
  | 'ADIT_RPC_UNREACHABLE'
  | 'ADIT_RPC_BAD_ANSWER'
  | 'ADIT_RPC_UNAUTHORIZED'
  | 'ADIT_RPC_ABORTED';

/** Makes an error about the way to a node and back, not about the node itself. */
export function transportError(code: TransportCode, message: string, cause?: unknown): AditError {
  return new AditError(code, message, cause === undefined ? undefined : { cause });
}

/** Makes such an error with the name of a node in its message. @param said the text that follows the name */
export function nodeError(code: TransportCode, node: string, said: string, cause?: unknown): NodeError {
  return new NodeError(code, node, said, cause === undefined ? undefined : { cause });
}
