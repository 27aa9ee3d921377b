/**
 * Small nodes on loopback that check every block.
 *
 * @module @adit/devnet
 */

export { AditError, type AditErrorCode } from '@adit/primitives';
export type { DevnetFault } from './faults.ts';
export type { PeerEvent } from './follow/follow-loop.ts';
export {
  DevnetRpcServer,
  type DevnetRpcServerOptions,
  RpcFault,
  type RpcHandler,
  type RpcStyle,
} from './rpc-server.ts';
export { startTrueChainDevnet, type TrueChainDevnet } from './truechain/devnet.ts';
export type { DevnetFruit, Origin } from './truechain/fruit-pool.ts';
export type {
  TrueChainDevnetEvent,
  TrueChainDevnetOptions,
  TrueChainDevnetState,
} from './truechain/options.ts';
export type { TakenPayment } from './truechain/payment-pool.ts';
export type { NextPayment, PaymentTrouble } from './truechain/payment-trouble.ts';
export type { MinedPayment, PaymentsState } from './truechain/payments.ts';
export type { PaidReward, RewardAmounts } from './truechain/reward-rules.ts';
export type { DevnetBlock, SnailChainState } from './truechain/snail-chain.ts';
export type { SnailHeader } from './truechain/snail-header.ts';
export type { CoinbaseScript, ZcashDevnetState } from './zcash/chain-state.ts';
export type { BlockRule } from './zcash/check-block.ts';
export type { CoinbaseRule } from './zcash/coinbase.ts';
export { startZcashDevnet, type ZcashDevnet, type ZcashDevnetOptions } from './zcash/devnet.ts';
export { NO_HABITS, type NodeHabits, ZEBRA_HABITS } from './zcash/habits.ts';
export type { SendTrouble, WalletTrouble } from './zcash/wallet/trouble.ts';
export type { ZcashDevnetWallet, ZcashDevnetWalletOptions } from './zcash/wallet/wallet-server.ts';
export type { DevnetBalance, DevnetEvent } from './zcash/zcash-chain.ts';
