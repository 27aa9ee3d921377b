export { RpcError } from './rpc/errors.ts';
export {
  type JsonRpcCallOptions,
  JsonRpcClient,
  type JsonRpcModules,
  type JsonRpcOptions,
} from './rpc/json-rpc-client.ts';
export type { NodeStatus } from './status.ts';
