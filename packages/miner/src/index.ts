/**
 * Miners of both dialects, and what a miner with a crew of its own needs.
 *
 * @module @adit/miner
 */

export type { MineShare, NewTask } from './crew.ts';
export {
  type AnyMinerOptions,
  MINER_DIALECTS,
  type Miner,
  type MinerDialects,
} from './dialects.ts';
export type { MinerEvent, MinerStatus } from './events.ts';
export type { LostCause, MinerCause } from './lost-cause.ts';
export type { CrewModules, MakeCrew, MinedShare, MiningCrew } from './mining-crew.ts';
export { NoPoolError } from './no-pool-error.ts';
export { OtherDialectError } from './other-dialect-error.ts';
export { OTHER_REFUSALS } from './refusal-counts.ts';
export { type MinerModules, type MinerOptions, StratumMiner } from './stratum-miner.ts';
export { TrueMiner, type TrueMinerOptions } from './true-miner.ts';
export type { MineKind, MineReport, MineTask, TaskFacts } from './work/mine-protocol.ts';
export { OtherChainError, ZcashMiner, type ZcashMinerOptions } from './zcash-miner.ts';
