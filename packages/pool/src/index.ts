/**
 * A mining pool: jobs, checks of shares, duplicates, found blocks, and events for all that happens.
 *
 * @module @adit/pool
 */

export type { BlockState } from './blocks/block-state.ts';
export { type ClockEvidence, clockFault } from './chains/clock-watch.ts';
export { CHAIN_FAMILIES, type ChainOptions } from './chains/families.ts';
export type { Ban } from './conduct/ban.ts';
export type { BanAnswer, BanChange, BanExchange, BanFile } from './conduct/ban-exchange.ts';
export { BanList, type BanListModules, type BanListOptions } from './conduct/ban-list.ts';
export { Conduct, type ConductModules } from './conduct/conduct.ts';
export { CONDUCT_DEFAULTS, type ConductOptions, type Offence } from './conduct/options.ts';
export type { Rung } from './conduct/rung.ts';
export { diskFault, freeBytesOf } from './disk/disk-watch.ts';
export type { OnPoolEvent, PoolEvent, SubmissionOutcome } from './events.ts';
export type { MinerEntry } from './miners/miner-entry.ts';
export { type SkippedNumbers, skipRestoredLeases } from './nonce1/restored-leases.ts';
export { Pool } from './pool.ts';
export { POOL_LIMITS, type PoolLimits } from './pool-limits.ts';
export type { PoolModules } from './pool-modules.ts';
export type { DrainOptions, PoolOptions } from './pool-options.ts';
export type { ChainStatus, NotReadyCause, PoolStatus } from './pool-status.ts';
export { END_LABELS, type EndCause, type PoolCause, type PoolEnding } from './ports/end-cause.ts';
export type {
  PortAccess,
  PortOptions,
  SoloBlockOptions,
  TruePortOptions,
  ZcashPortOptions,
} from './ports/port-options.ts';
export type { PortStatus } from './ports/port-status.ts';
export { PROBLEMS, type Problem, type ProblemCause } from './problem.ts';
export type { TrueChainOptions } from './truechain/chain.ts';
export { foundSolution, type JournaledSolution } from './truechain/found-solution.ts';
export { LEAST_LOOSE_WEIGHT } from './truechain/loose-target.ts';
export type { BlockPayee, PayeeReader } from './zcash/block-payee.ts';
export type { ZcashChainOptions } from './zcash/chain.ts';
