export type { DevnetFault } from './faults.ts';
export { DevnetRpcServer, type DevnetRpcServerOptions, RpcFault, type RpcHandler } from './rpc-server.ts';
