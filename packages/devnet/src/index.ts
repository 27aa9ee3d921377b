export type { DevnetFault } from './faults.ts';
export { DevnetRpcServer, type DevnetRpcServerOptions, RpcFault, type RpcHandler } from './rpc-server.ts';
export { startTrueChainDevnet, type TrueChainDevnet } from './truechain/devnet.ts';
export type {
  TrueChainDevnetEvent,
  TrueChainDevnetOptions,
  TrueChainDevnetState,
} from './truechain/options.ts';
export type { PaidReward } from './truechain/snail-chain.ts';
export { startZcashDevnet, type ZcashDevnet, type ZcashDevnetOptions } from './zcash/devnet.ts';
export { NO_HABITS, type NodeHabits, ZEBRA_HABITS } from './zcash/habits.ts';
export type { CoinbaseScript, DevnetBalance, DevnetEvent, ZcashDevnetState } from './zcash/zcash-chain.ts';
