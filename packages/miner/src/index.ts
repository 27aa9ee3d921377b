export {
  type AnyMinerOptions,
  MINER_DIALECTS,
  type Miner,
  type MinerDialect,
  type MinerDialects,
} from './dialects.ts';
export type { MinerEvent, MinerStatus } from './events.ts';
export type { LostCause } from './lost-cause.ts';
export { type MinerModules, type MinerOptions, StratumMiner } from './stratum-miner.ts';
export { TrueMiner, type TrueMinerOptions } from './true-miner.ts';
export { OtherChainError, ZcashMiner, type ZcashMinerOptions } from './zcash-miner.ts';
